using Glovebox.Api;
using Glovebox.Api.Execution;

namespace Glovebox.Tests.Distributions;

[Collection(SharedWorkshopTests.Name)]
public sealed class AptTests(SharedWorkshop shared)
{
    private readonly Workshop _shop = shared.Workshop;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private const string Yaml = """
        environments:
          default:
            base: debian:bookworm
            apt: [hello, python3-minimal]
        """;

    [Fact]
    public async Task Packages_are_installed_and_seen_in_a_box()
    {
        var project = _shop.Project(("glovebox.yaml", Yaml));
        var environment = await _shop.PrepareAsync(project);
        var (outcome, output) = await _shop.RunAsync(environment, "hello");
        Assert.Equal(ExecutionState.Succeeded, outcome.State);
        Assert.Equal("Hello, world!\n", output);
        var manual = await _shop.RunAsync(environment, "apt-mark", "showmanual");
        Assert.Contains("hello", manual.Output);
        Assert.DoesNotContain("libpython3-stdlib", manual.Output);
    }

    [Fact]
    public async Task A_lock_gives_the_same_image_in_another_home()
    {
        var project = _shop.Project(("glovebox.yaml", Yaml));
        await _shop.Environments.LockAsync(project, null, _shop.Progress, Cancellation);
        var here = await _shop.Environments.BuildAsync(project, null, rebuild: false, _shop.Progress, Cancellation);
        var there = await shared.Other.Environments.BuildAsync(project, null, rebuild: false, shared.Other.Progress, Cancellation);
        Assert.Equal(here.Summary.Digest, there.Summary.Digest);
        Assert.Equal(here.Layers.Select(layer => layer.Digest), there.Layers.Select(layer => layer.Digest));
        Assert.Equal(here.Summary.Image, there.Summary.Image);
    }

    [Fact]
    public async Task What_is_prepared_once_is_there_again_without_a_box_or_a_program()
    {
        var project = _shop.Project(("glovebox.yaml", Yaml));
        var first = await _shop.PrepareAsync(project);
        _shop.Progress.Clear();
        var again = await _shop.PrepareAsync(project);
        Assert.Equal(first.ImageDigest, again.ImageDigest);
        Assert.Empty(_shop.Progress.Finished);
        var recorded = await _shop.Environments.PrepareRecordedAsync(first.Digest, _shop.Progress, Cancellation);
        Assert.Equal(first.Layers, recorded.Layers);
        Assert.Contains(
            _shop.Environments.Packages(first.Digest), package => package is { Name: "hello", Version: "2.10-3", Digest: not null });
    }

    [Fact]
    public async Task A_base_is_made_again_from_its_locked_packages_when_its_layer_is_gone()
    {
        var project = _shop.Project(("glovebox.yaml", "environments: { default: {} }"));
        var before = await _shop.PrepareAsync(project);
        var layer = new Glovebox.Images.Digest(Path.GetFileName(Path.GetDirectoryName(before.Layers[0])!));
        _shop.Images.Layers.Delete(layer);
        var after = await _shop.PrepareAsync(project);
        Assert.Equal(before.Layers, after.Layers);
        Assert.Contains(_shop.Progress.Steps, step => step.StartsWith("bootstrapping from locked packages", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_package_that_does_not_exist_is_named_with_its_neighbours()
    {
        var project = _shop.Project(("glovebox.yaml", "environments:\n  default:\n    apt: [python3-nunpy]\n"));
        var refusal = await Assert.ThrowsAsync<RefusalException>(() => _shop.PrepareAsync(project));
        Assert.Equal(RefusalKind.NotFound, refusal.Kind);
        Assert.Contains("'python3-nunpy'", refusal.Message);
        Assert.Contains("python3-numpy", refusal.Message);
    }
}
