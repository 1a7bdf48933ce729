using Glovebox.Api;

namespace Glovebox.Tests.Distributions;

[Collection(SharedWorkshopTests.Name)]
public sealed class ExportTests(SharedWorkshop shared)
{
    private readonly Workshop _shop = shared.Workshop;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private const string Yaml = """
        project: pictures
        environments:
          default:
            apt: [hello]
            env: { GREETING: "good morning" }
            run:
              - useradd --create-home curious && rm /usr/share/common-licenses/GPL-1
              - [ln, -s, /usr/bin/hello, /usr/local/bin/greet]
            workdir: /study
            user: curious
        """;

    [Fact]
    public async Task Podman_loads_and_runs_an_export_and_its_save_comes_back()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/podman"), "podman is not installed");
        var archive = await ExportAsync();
        var podman = new Podman(Path.Combine(_shop.Root, "podman"));
        try
        {
            await podman.RunAsync("load", "--input", archive);
            var inside = await podman.RunAsync("run", "--rm", "--network=none", "glovebox/pictures-default:latest",
                "sh", "-c", "hello; echo $GREETING; id -un; pwd; ls /usr/share/common-licenses/GPL-1 2>/dev/null || echo gone");
            Assert.Equal("Hello, world!\ngood morning\ncurious\n/study\ngone\n", inside);

            var saved = Path.Combine(_shop.Root, "saved.tar");
            await podman.RunAsync("save", "--format", "docker-archive", "--output", saved, "glovebox/pictures-default:latest");
            var imported = await _shop.Pictures.ImportAsync(saved, "from-podman", _shop.Progress, Cancellation);
            var environment = await _shop.PrepareAsync(_shop.Project(), "from-podman");
            Assert.Equal(imported.Digest, environment.ImageDigest);
            Assert.Equal("/study", environment.WorkingDirectory);
            Assert.Equal("curious\n", (await _shop.RunAsync(environment, "id", "-un")).Output);
        }
        finally
        {
            await podman.RunAsync("system", "reset", "--force");
        }
    }

    [Fact]
    public async Task Docker_loads_and_runs_an_export_and_its_save_comes_back()
    {
        Assert.SkipUnless(Docker.IsInstalled, "dockerd is not installed");
        var archive = await ExportAsync();
        await using var docker = new Docker(Directory.CreateTempSubdirectory("gb-docker-").FullName);
        Assert.SkipUnless(await docker.StartAsync(Cancellation), "dockerd does not start on this machine");
        await docker.RunAsync("load", "--input", archive);
        Assert.Equal(
            "Hello, world!\n", await docker.RunAsync("run", "--rm", "--network=none", "glovebox/pictures-default:latest", "hello"));
        var saved = Path.Combine(_shop.Root, "docker-saved.tar");
        await docker.RunAsync("save", "--output", saved, "glovebox/pictures-default:latest");
        var imported = await _shop.Pictures.ImportAsync(saved, "from-docker", _shop.Progress, Cancellation);
        var built = await _shop.PrepareAsync(_shop.Project(("glovebox.yaml", Yaml)));
        Assert.Equal(built.Layers.Count, imported.Layers);
        Assert.Equal(built.Layers, (await _shop.PrepareAsync(_shop.Project(), "from-docker")).Layers);
    }

    [Fact]
    public async Task An_export_imported_is_the_same_image()
    {
        var archive = await ExportAsync();
        var built = await _shop.PrepareAsync(_shop.Project(("glovebox.yaml", Yaml)));
        var imported = await _shop.Pictures.ImportAsync(archive, "again", _shop.Progress, Cancellation);
        Assert.Equal(built.ImageDigest, imported.Digest);
    }

    [Fact]
    public async Task A_failing_command_shows_the_end_of_its_output_and_keeps_the_log()
    {
        var project = _shop.Project(("glovebox.yaml", "environments:\n  default:\n    run: ['seq 1 100; exit 3']\n"));
        var refusal = await Assert.ThrowsAsync<RefusalException>(() => _shop.PrepareAsync(project));
        Assert.Contains("run: seq 1 100; exit 3 failed", refusal.Message);
        Assert.Contains("\n    100\n", refusal.Message);
        Assert.DoesNotContain("\n    50\n", refusal.Message);
        Assert.True(File.Exists(refusal.Message.Split("The whole output is in ")[1]));
    }

    private async Task<string> ExportAsync()
    {
        var archive = Path.Combine(_shop.Root, "export.tar");
        await _shop.Environments.ExportAsync(_shop.Project(("glovebox.yaml", Yaml)), null, archive, _shop.Progress, Cancellation);
        return archive;
    }
}
