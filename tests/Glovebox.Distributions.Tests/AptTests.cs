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
        using var other = new Workshop();
        var there = await other.Environments.BuildAsync(project, null, rebuild: false, other.Progress, Cancellation);
        Assert.Equal(here.Summary.Digest, there.Summary.Digest);
        Assert.Equal(here.Layers.Select(layer => layer.Digest), there.Layers.Select(layer => layer.Digest));
        Assert.Equal(here.Summary.Image, there.Summary.Image);
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
