using Glovebox.Api;

namespace Glovebox.Tests.Distributions;

[Collection(SharedWorkshopTests.Name)]
public sealed class PipTests(SharedWorkshop shared)
{
    private readonly Workshop _shop = shared.Workshop;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string Yaml(string packages) => $"environments:\n  default:\n    base: debian:bookworm\n    pip: {packages}\n";

    [Fact]
    public async Task A_changed_package_rebuilds_only_the_layer_of_pip()
    {
        var project = _shop.Project(("glovebox.yaml", Yaml("[planet==1.0]")));
        var first = await _shop.PrepareAsync(project);
        Assert.Equal(
            "Mars Phobos\n", (await _shop.RunAsync(first, "python3", "-c", "import planet, moon; print(planet.NAME, moon.NAME)")).Output);

        File.WriteAllText(Path.Combine(project, "glovebox.yaml"), Yaml("[planet==2.0]"));
        _shop.Progress.Clear();
        var second = await _shop.PrepareAsync(project);
        Assert.Equal("Venus\n", (await _shop.RunAsync(second, "python3", "-c", "import planet; print(planet.NAME)")).Output);
        Assert.Equal(first.Layers.SkipLast(1), second.Layers.SkipLast(1));
        Assert.NotEqual(first.Layers[^1], second.Layers[^1]);
        Assert.Equal(["pip: planet==2.0 (1 packages)"], _shop.Progress.Finished);
    }

    [Fact]
    public async Task A_requirements_file_with_hashes_is_locked_and_built_alike_in_another_home()
    {
        var wheel = Path.Combine(shared.Wheels, "moon-1.0-py3-none-any.whl");
        var requirements = $"moon==1.0 --hash={Images.Digest.OfFile(wheel)}\n";
        var project = _shop.Project(("glovebox.yaml", Yaml("requirements.txt")), ("requirements.txt", requirements));
        await _shop.Environments.LockAsync(project, null, _shop.Progress, Cancellation);
        var here = await _shop.Environments.BuildAsync(project, null, false, _shop.Progress, Cancellation);
        var locked = Assert.Single(here.Packages, package => package.Distribution == "pypi");
        Assert.Equal(("moon", "1.0", Images.Digest.OfFile(wheel).ToString()), (locked.Name, locked.Version, locked.Digest));

        var there = await shared.Other.Environments.BuildAsync(project, null, false, shared.Other.Progress, Cancellation);
        Assert.Equal(here.Summary.Image, there.Summary.Image);

        File.AppendAllText(Path.Combine(project, "requirements.txt"), "planet==2.0\n");
        var stale = await Assert.ThrowsAsync<RefusalException>(() => _shop.PrepareAsync(project));
        Assert.Equal(RefusalKind.Conflict, stale.Kind);
        Assert.Contains("file requirements.txt changed", stale.Message);
        Assert.Contains("glovebox env lock", stale.Message);
    }

    [Fact]
    public async Task A_package_that_no_index_has_shows_what_pip_said()
    {
        var project = _shop.Project(("glovebox.yaml", Yaml("[pluto]")));
        var refusal = await Assert.ThrowsAsync<RefusalException>(() => _shop.PrepareAsync(project));
        Assert.Equal(RefusalKind.Bad, refusal.Kind);
        Assert.Contains("No matching distribution found for pluto", refusal.Message);
        Assert.Contains(_shop.Home.Logs, refusal.Message);
    }
}
