using System.Diagnostics;
using Glovebox.Tests.Conformance.Docker;
using Glovebox.Tests.Conformance.Remotes;

namespace Glovebox.Tests.EndToEnd.Sharing;

/// <summary>Runs between homes, over every kind of remote.</summary>
public sealed class PushPullTests : SharedPlace
{
    [Fact]
    public async Task A_pulled_run_is_all_there_and_runs_again()
    {
        var id = await RecordedAsync();
        (await RunAsync("remote", "add", "origin", Remote)).Exits(0);

        var pushed = (await RunAsync("push", "--json")).Exits(0).Json;
        var again = (await RunAsync("push", "--json")).Exits(0).Json;
        var pulled = (await ThereAsync("pull", Remote, "--json")).Exits(0).Json;

        Assert.True((int)pushed["objects"]! > 5);
        Assert.Equal(0, (int)again["objects"]!);
        Assert.Equal((int)pushed["objects"]!, (int)pulled["objects"]!);
        await IsWholeThereAsync(id);
        Assert.Equal(0, (int)(await ThereAsync("pull", Remote, "--json")).Exits(0).Json["objects"]!);
    }

    [Fact]
    public async Task Only_what_is_missing_moves_and_a_dry_run_moves_nothing()
    {
        await RecordedAsync("first");
        var first = (await RunAsync("push", Remote, "--json")).Exits(0).Json;
        var second = await RecordedAsync("second");

        var dry = (await RunAsync("push", Remote, "--dry-run", "--json")).Exits(0).Json;
        Assert.Single(Directory.EnumerateFiles(Path.Combine(Remote, "run")));
        var real = (await RunAsync("push", Remote, "--json")).Exits(0).Json;
        var dryPull = (await ThereAsync("pull", Remote, second, "--dry-run", "--json")).Exits(0).Json;
        Assert.Empty(await RunsThereAsync());

        Assert.True((long)first["bytes"]! > 6_000_000);
        // The large file is in both, and goes once.
        Assert.InRange((long)real["bytes"]!, 1, 100_000);
        Assert.Equal((long)dry["bytes"]!, (long)real["bytes"]!);
        Assert.True((long)dryPull["bytes"]! > 6_000_000);
        Assert.Equal(second, (string?)dryPull["records"]![0]!["id"]);
    }

    [Fact]
    public async Task A_flipped_byte_on_the_way_out_is_named_and_nothing_is_shown_there()
    {
        var id = await RecordedAsync("precious");
        var hash = Sha256("precious");
        Overwrite(Path.Combine(Glovebox.Home, "blobs", hash[..2], hash), "preciouz");

        var ended = (await RunAsync("push", Remote, id)).Exits(125);

        Assert.Contains(hash, ended.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Remote, "objects", hash[..2], hash)));
        Assert.False(File.Exists(Path.Combine(Remote, "run", id + ".json")));
    }

    [Fact]
    public async Task A_flipped_byte_in_the_remote_is_named_never_stored_and_mended_by_a_push()
    {
        var id = await RecordedAsync("precious");
        (await RunAsync("push", Remote)).Exits(0);
        var hash = Sha256("precious");
        Overwrite(Path.Combine(Remote, "objects", hash[..2], hash), "preciouz");

        var ended = (await ThereAsync("pull", Remote)).Exits(125);

        Assert.Contains(hash, ended.Error, StringComparison.Ordinal);
        Assert.Contains("push --verify", ended.Error, StringComparison.Ordinal);
        Assert.Empty(await RunsThereAsync());
        Assert.False(File.Exists(Path.Combine(Other.Home, "blobs", hash[..2], hash)));
        Assert.Equal(1, (int)(await RunAsync("push", Remote, "--verify", "--json")).Exits(0).Json["objects"]!);
        (await ThereAsync("pull", Remote)).Exits(0);
        await IsWholeThereAsync(id);
    }

    [Fact]
    public async Task Killed_at_any_moment_a_push_and_a_pull_go_on_and_show_nothing_half()
    {
        var id = await RecordedAsync();
        for (var round = 1; round <= 4; round++)
        {
            await KillAsync(Glovebox.Start(Project, ["push", Remote]), round);
            await KillAsync(Other.Start(Elsewhere, ["pull", Remote]), round);
            foreach (var run in await RunsThereAsync()) await IsWholeThereAsync((string)run!["id"]!);
        }

        (await RunAsync("push", Remote)).Exits(0);
        (await ThereAsync("pull", Remote)).Exits(0);
        await IsWholeThereAsync(id);
        (await ThereAsync("gc")).Exits(0);
        await IsWholeThereAsync(id);
    }

    [Fact]
    public async Task Two_pushes_at_once_do_no_harm()
    {
        var id = await RecordedAsync();

        var both = await Task.WhenAll(RunAsync("push", Remote), RunAsync("push", Remote));

        Assert.All(both, ended => ended.Exits(0));
        (await ThereAsync("pull", Remote)).Exits(0);
        await IsWholeThereAsync(id);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(Remote, "incoming")));
    }

    [Fact]
    public async Task Over_ssh()
    {
        await using var ssh = await TestSsh.StartAsync();
        var id = await RecordedAsync();
        var variables = new Dictionary<string, string?> { ["GLOVEBOX_SSH"] = string.Join(' ', ssh.Client) };
        (await RunAsync("remote", "add", "lab", ssh.Url().OriginalString)).Exits(0);

        (await Glovebox.RunAsync(Project, ["push", "lab", id], variables: variables)).Exits(0);
        (await Other.RunAsync(Elsewhere, ["pull", ssh.Url().OriginalString], variables: variables)).Exits(0);

        await IsWholeThereAsync(id);
    }

    [Fact]
    public async Task Through_a_registry_that_wants_a_password()
    {
        await using var registry = await TestRegistry.StartAsync();
        var id = await RecordedAsync();
        var url = $"oci://{registry.Host}/lab/iris";
        await File.WriteAllTextAsync(Path.Combine(Elsewhere, "config.json"), registry.LoginFile, TestContext.Current.CancellationToken);
        var variables = new Dictionary<string, string?> { ["DOCKER_CONFIG"] = Elsewhere, ["REGISTRY_AUTH_FILE"] = null };

        Assert.Contains("login", (await Glovebox.RunAsync(Project, ["push", url], variables: new() { ["DOCKER_CONFIG"] = "/nowhere" })).Exits(125).Error, StringComparison.Ordinal);
        (await Glovebox.RunAsync(Project, ["push", url, id], variables: variables)).Exits(0);
        (await Other.RunAsync(Elsewhere, ["pull", url], variables: variables)).Exits(0);

        await IsWholeThereAsync(id);
    }

    [Fact]
    public async Task Remotes_belong_to_a_project_and_unknown_ones_are_named()
    {
        (await RunAsync("remote", "add", "origin", "../elsewhere/remote")).Exits(0);
        (await RunAsync("remote", "add", "lab", "oci://127.0.0.1:5000/lab")).Exits(0);

        Assert.Equal("lab", (string?)(await RunAsync("remote", "ls", "--json")).Json[0]!["name"]);
        Assert.Empty((await ThereAsync("remote", "ls", "--json")).Json.AsArray());
        Assert.Contains("did you mean", (await RunAsync("push", "orgin")).Exits(3).Error, StringComparison.OrdinalIgnoreCase);
        (await RunAsync("remote", "add", "origin", "/tmp")).Exits(4);
        (await RunAsync("remote", "add", "other", "ftp://host/x")).Exits(2);
        Assert.Contains("nothing was pushed", (await RunAsync("pull", Project)).Exits(2).Error, StringComparison.Ordinal);
        (await RunAsync("remote", "rm", "lab")).Exits(0);
        (await RunAsync("remote", "rm", "lab")).Exits(3);
    }

    [Fact]
    public async Task A_record_that_would_reach_outside_is_refused()
    {
        var id = await RecordedAsync();
        (await RunAsync("push", Remote)).Exits(0);
        var path = Path.Combine(Remote, "run", id + ".json");
        var record = File.ReadAllText(path);
        foreach (var (from, to) in new[] { ("\"workingDirectory\": \"\"", "\"workingDirectory\": \"../..\""), ($"\"id\": \"{id}\"", "\"id\": \"../../../etc\""), ("glovebox-run 1", "glovebox-run 9") })
        {
            Assert.Contains(from, record, StringComparison.Ordinal);
            File.WriteAllText(path, record.Replace(from, to, StringComparison.Ordinal));

            Assert.Contains("refused", (await ThereAsync("pull", Remote)).Exits(2).Error, StringComparison.Ordinal);
            Assert.Empty(await RunsThereAsync());
        }
    }

    private async Task IsWholeThereAsync(string id)
    {
        var run = (await ThereAsync("runs", "show", id, "--json")).Exits(0).Json;
        Assert.Equal("succeeded", (string?)run["status"]);
        Assert.Equal("said\n", (await ThereAsync("runs", "logs", id)).Exits(0).Output);
        var verified = (await ThereAsync("rerun", id, "--verify")).Exits(0);
        Assert.Matches("equal +d/big\n", verified.Output);
        Assert.Matches("equal +out.txt\n", verified.Output);
        // What a rerun adds is none of the pull's.
        foreach (var other in (await RunsThereAsync()).Where(other => (string?)other!["rerunOf"] == id)) await ThereAsync("runs", "rm", (string)other!["id"]!);
    }

    private static async Task KillAsync(Process process, int round)
    {
        using (process)
        {
            using var timer = new Timer(_ => Kill(process), null, TimeSpan.FromMilliseconds(60 * round), Timeout.InfiniteTimeSpan);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It had ended already: that moment is one of those to be tested too.
        }
    }
}
