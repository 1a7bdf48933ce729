using System.Diagnostics;
using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Environments;

/// <summary>Environments through the launcher, on a real Debian.</summary>
public sealed class EnvironmentTests : Place
{
    public EnvironmentTests(BuiltHome built) => Glovebox = built.Glovebox;

    [Fact]
    public async Task A_command_runs_in_the_environment_of_the_project()
    {
        Write("glovebox.yaml", BuiltHome.Spec);
        Write("where.py", "import os, sys; print(sys.version_info[:2], os.environ['COLOUR'], os.path.exists('/usr/bin/apt-get'))");

        var ended = await RunAsync("run", "where.py");

        Assert.Equal("(3, 11) green True\n", ended.Exits(0).Output);
        Assert.DoesNotContain("bootstrapping", ended.Error, StringComparison.Ordinal);
        var run = (await RunAsync("runs", "ls", "--json", "-n", "1")).Json[0]!;
        Assert.Equal("small", (string?)run["environment"]!["name"]);
        Assert.StartsWith("sha256:", (string?)run["image"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lock_names_every_package_and_gives_the_same_image_in_another_home()
    {
        Write("glovebox.yaml", BuiltHome.Spec);
        (await RunAsync("env", "lock")).Exits(0);
        var here = (await RunAsync("env", "build", "--json")).Exits(0).Json;
        var locked = Read("glovebox.lock");
        var other = new Product(Path.Combine(Elsewhere, "home"));

        var there = (await other.RunAsync(Project, ["env", "build", "--json"])).Exits(0).Json;

        Assert.Matches("python3-minimal.*[0-9a-f]{64}", locked.ReplaceLineEndings(" "));
        Assert.Equal((string?)here["summary"]!["image"], (string?)there["summary"]!["image"]);
    }

    [Fact]
    public async Task A_lock_that_does_not_match_is_refused()
    {
        Write("glovebox.yaml", BuiltHome.Spec);
        (await RunAsync("env", "lock")).Exits(0);
        Write("glovebox.yaml", BuiltHome.Spec.Replace("python3-minimal", "perl", StringComparison.Ordinal));

        var ended = (await RunAsync("run", "true")).Exits(4);

        Assert.Contains("env lock", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Podman_runs_what_is_exported_and_import_takes_it_back()
    {
        Write("glovebox.yaml", BuiltHome.Spec);
        var archive = Path.Combine(Elsewhere, "x.tar");
        (await RunAsync("env", "export", "-o", archive)).Exits(0);

        (await RunAsync("image", "import", archive, "--name", "again")).Exits(0);
        Assert.Equal("(3, 11)\n", (await RunAsync("run", "-e", "again", "python3", "-c", "import sys; print(sys.version_info[:2])")).Exits(0).Output);

        var store = Path.Combine(Elsewhere, "podman");
        string[] own = ["--root", store, "--runroot", store + ".run"];
        var loaded = await ToolAsync("podman", [.. own, "load", "-q", "-i", archive]);
        var image = loaded.Trim().Split(": ")[^1];
        var inspected = await ToolAsync("podman", [.. own, "image", "inspect", "--format", "{{.Config.Env}}", image]);
        await ToolAsync("podman", [.. own, "rmi", "-f", image]);
        Assert.Contains("COLOUR=green", inspected, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tagged_environment_is_an_image_for_every_project()
    {
        Write("glovebox.yaml", BuiltHome.Spec);
        (await RunAsync("env", "build", "--tag", "lab/small")).Exits(0);
        (await RunAsync("image", "tag", "lab/small", "lab/same")).Exits(0);
        File.Delete(Path.Combine(Project, "glovebox.yaml"));

        Assert.Equal("green\n", (await RunAsync("run", "-e", "lab/same", "sh", "-c", "echo $COLOUR")).Exits(0).Output);
        Assert.Contains("no image 'lab/smal'. Did you mean lab/small", (await RunAsync("image", "tag", "lab/smal", "x")).Exits(3).Error, StringComparison.Ordinal);
        Assert.Contains("'host' is built in", (await RunAsync("image", "tag", "lab/small", "host")).Exits(2).Error, StringComparison.Ordinal);
        Assert.Contains("'host' has no image", (await RunAsync("env", "build", "host", "--tag", "x")).Exits(2).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("environments:\n  a:\n    bas: host\n", "3:5", "Did you mean base?")]
    [InlineData("environments:\n  a:\n    base: [host]\n", "3:", "base")]
    [InlineData("environments:\n  a:\n    base: debian:bookwrm\n    apt: notalist\n", ":", "apt")]
    [InlineData("enviroments: {}\n", "1:1", "Did you mean environments?")]
    [InlineData("environments: {\n", ":", "glovebox.yaml")]
    public async Task A_wrong_spec_is_refused_with_its_place(string yaml, string place, string reason)
    {
        Write("glovebox.yaml", yaml);

        var ended = (await RunAsync("run", "true")).Exits(2);

        Assert.Contains(place, ended.Error, StringComparison.Ordinal);
        Assert.Contains(reason, ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_package_that_does_not_exist_is_named()
    {
        Write("glovebox.yaml", "environments:\n  a:\n    base: debian:bookworm\n    apt: [python3-sklern]\n");

        var ended = await RunAsync("env", "build");

        Assert.NotEqual(0, ended.ExitCode);
        Assert.Contains("python3-sklern", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Conda_is_recognised_and_refused_by_name()
    {
        Write("environment.yml", "dependencies: [numpy]\n");

        Assert.Contains("environment.yml", (await RunAsync("run", "true")).Exits(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_environment_is_not_found() =>
        Assert.Contains("hst", (await RunAsync("run", "-e", "hst", "true")).Exits(3).Error, StringComparison.Ordinal);

    [Fact]
    public async Task Host_is_listed_everywhere() =>
        Assert.Contains((await RunAsync("env", "ls", "--json")).Exits(0).Json.AsArray(), e => (string?)e!["name"] == "host");

    private static async Task<string> ToolAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {await error}");
    }
}
