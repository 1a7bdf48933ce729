using System.Text.Json.Nodes;
using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Runs;

/// <summary>What is kept of a run, and how it is found again.</summary>
public sealed class RecordTests : Place
{
    private static readonly string[] Fields =
    [
        "id", "status", "failureClass", "exitCode", "command", "params", "environment", "image", "startedAt", "durationSeconds",
        "usage", "outputs", "git", "host", "message", "tags",
    ];

    [Fact]
    public async Task A_record_has_every_field_under_its_name()
    {
        var run = (await RecordAsync("echo x > out")).AsObject();

        Assert.DoesNotContain(Fields, f => !run.ContainsKey(f));
        Assert.Equal("host", (string?)run["environment"]!["name"]);
        Assert.StartsWith("sha256:", (string?)run["environment"]!["digest"], StringComparison.Ordinal);
        Assert.EndsWith("Z", (string?)run["startedAt"], StringComparison.Ordinal);
        Assert.True((double)run["durationSeconds"]! > 0);
        Assert.True((long)run["usage"]!["peakMemoryBytes"]! > 0);
        Assert.True((double)run["usage"]!["cpuSeconds"]! > 0);
        Assert.NotEmpty((string)run["host"]!["kernel"]!);
        Assert.NotEmpty((string)run["host"]!["cpuModel"]!);
        var output = Assert.Single(run["outputs"]!.AsArray())!;
        Assert.Equal("73cb3858a687a8494ca3323053016282f3dad39d42cf62ca4e79dda2aac7d9ac", (string?)output["sha256"]);
        Assert.Equal(2, (int)output["size"]!);
    }

    [Fact]
    public async Task Git_is_recorded_with_commit_and_whether_dirty()
    {
        foreach (var line in new[] { "init -q -b main .", "-c user.name=t -c user.email=t@t commit -q --allow-empty -m first" })
            using (var git = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("git", line.Split(' ')) { WorkingDirectory = Project })!)
                await git.WaitForExitAsync(TestContext.Current.CancellationToken);

        var clean = (await RunAsync("run", "--json", "true")).Json["git"]!;
        Write("untracked", "x");
        var dirty = (await RunAsync("run", "--json", "true")).Json["git"]!;

        Assert.Equal(40, ((string)clean["commit"]!).Length);
        Assert.Equal("main", (string?)clean["branch"]);
        Assert.False((bool)clean["dirty"]!);
        Assert.True((bool)dirty["dirty"]!);
    }

    [Fact]
    public async Task Ls_is_an_array_newest_first_and_filters_hold()
    {
        Assert.Empty((await RunAsync("runs", "ls", "--json")).Exits(0).Json.AsArray());
        var good = await IdOfAsync("echo '{\"accuracy\": 0.95, \"val\": {\"loss\": 0.1}}' > metrics.json", "-p", "C=0.5", "--tag", "x");
        var bad = await IdOfAsync("exit 1", "-p", "C=2");

        Assert.Equal([bad, good], await IdsAsync());
        Assert.Equal([bad], await IdsAsync("--status", "failed"));
        Assert.Equal([good], await IdsAsync("--tag", "x"));
        Assert.Equal([good], await IdsAsync("--where", "metrics.accuracy>0.9 and params.C<1"));
        Assert.Equal([good], await IdsAsync("--where", "metrics.val.loss=0.1"));
        Assert.Equal([bad, good], await IdsAsync("--since", "1h"));
        Assert.Empty(await IdsAsync("--since", "2999-01-01"));
        Assert.Contains("stat", (await RunAsync("runs", "ls", "--where", "stat=1")).Exits(2).Error, StringComparison.Ordinal);
        Assert.Contains(good, (await RunAsync("runs", "ls")).Exits(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_unique_part_of_an_id_names_a_run()
    {
        var id = await IdOfAsync("true");

        Assert.Equal(id, (string?)(await RunAsync("runs", "show", id[3..9], "--json")).Json["id"]);
        (await RunAsync("runs", "show", id[..3])).Exits(2);
        (await RunAsync("runs", "show", "zzzzzz")).Exits(3);
        (await RunAsync("runs", "show", "../../etc")).Exits(3);
    }

    [Fact]
    public async Task Logs_give_the_bytes_of_each_stream()
    {
        var id = await IdOfAsync("printf 'out\\377'; printf err >&2");

        var logs = await RunAsync("runs", "logs", id);

        Assert.Equal([.. Bytes("out"), 0xff], logs.OutputBytes);
        Assert.Equal("err", logs.Error);
    }

    [Fact]
    public async Task Rm_forgets_a_run()
    {
        var id = await IdOfAsync("true");

        (await RunAsync("runs", "rm", id)).Exits(0);

        (await RunAsync("runs", "show", id)).Exits(3);
        Assert.False(Directory.Exists(Path.Combine(Glovebox.Home, "runs", id)));
    }

    [Fact]
    public async Task Jq_reads_what_is_printed()
    {
        await IdOfAsync("true");
        var json = (await RunAsync("runs", "ls", "--json")).Output;

        using var jq = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("jq", ["-r", ".[0].command[0]"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        await jq.StandardInput.WriteAsync(json);
        jq.StandardInput.Close();

        Assert.Equal("script.sh\n", await jq.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_summary_says_how_it_ended()
    {
        var ended = (await RunAsync("run", "sh", "-c", "echo x > out; exit 3")).Exits(3);

        Assert.Matches("[0-9a-f]{12}.*failed.*exit.*3", ended.Error.Split('\n')[0]);
    }

    private async Task<IEnumerable<string>> IdsAsync(params string[] filter) =>
        ((JsonArray)(await RunAsync(["runs", "ls", "--json", .. filter])).Exits(0).Json).Select(r => (string)r!["id"]!);
}
