using System.Diagnostics;
using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Crash;

/// <summary><c>kill -9</c> at many points: afterwards the store is consistent, the tree is whole, and nothing is left running.</summary>
public sealed class KillTests : Place
{
    [Fact]
    public async Task A_run_killed_at_any_moment_leaves_the_tree_whole()
    {
        Write("work.sh", "for i in 1 2 3 4 5 6 7 8; do echo $1 > f$i; done");
        await RunAsync("run", "work.sh", "0");
        var rounds = Environment.GetEnvironmentVariable("GLOVEBOX_TEST_LONG") is null ? 12 : 60;
        for (var round = 1; round <= rounds; round++)
        {
            using var process = Glovebox.Start(Project, ["run", "work.sh", round.ToString()]);
            // The moments are spread over the whole life of the process, from before its first line to after its last.
            var fuse = TimeSpan.FromMilliseconds(200.0 * round / rounds);
            using var timer = new Timer(_ => Kill(process), null, fuse, Timeout.InfiniteTimeSpan);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);

            var runs = (await RunAsync("runs", "ls", "--json")).Exits(0).Json.AsArray();

            Assert.DoesNotContain(runs, r => (string)r!["status"]! is "running" or "starting" or "queued");
            var contents = Enumerable.Range(1, 8).Select(i => Read($"f{i}")).Distinct().ToList();
            Assert.True(contents.Count == 1, $"round {round}: the tree holds {string.Join(",", contents)}");
            Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(Project), f => Path.GetFileName(f) is not ("work.sh" or ['f', _]));
        }

        (await RunAsync("run", "work.sh", "last")).Exits(0);
        Assert.Equal("last\n", Read("f8"));
    }

    [Fact]
    public async Task A_killed_foreground_run_is_lost_and_its_box_ends()
    {
        var mark = "600." + Random.Shared.Next(100000, 999999);
        using var process = Glovebox.Start(Project, ["run", "sh", "-c", $"echo ready; sleep {mark}"]);
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));

        Kill(process);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var run = (await RunAsync("runs", "ls", "--json")).Json[0]!;

        Assert.Equal("lost", (string?)run["status"]);
        Assert.Equal("lost", (string?)run["failureClass"]);
        Assert.Empty(ProcessesWith(mark));
    }

    [Fact]
    public async Task A_detached_run_outlives_every_process_of_glovebox()
    {
        Write("slow.sh", "echo begin; sleep 2; echo end > out.txt; echo end");
        var id = (await RunAsync("run", "-d", "slow.sh")).Exits(0).Output.Trim();
        using (var follower = Glovebox.Start(Project, ["runs", "wait", id]))
        {
            Kill(follower);
            await follower.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var run = (await RunAsync("runs", "wait", id, "--json")).Json;

        Assert.Equal("succeeded", (string?)run["status"]);
        Assert.Equal("end\n", Read("out.txt"));
        Assert.Equal("begin\nend\n", (await RunAsync("runs", "logs", id)).Output);
    }

    // ./glovebox replaces itself by the product, so the process that was started is the product.
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

    private static IEnumerable<string> ProcessesWith(string text) => Directory.EnumerateDirectories("/proc")
        .Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0]))
        .Select(d => File.Exists(d + "/cmdline") ? Try(() => File.ReadAllText(d + "/cmdline")) : "")
        .Where(c => c.Contains("sleep\0" + text, StringComparison.Ordinal));

    private static string Try(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (IOException)
        {
            return "";
        }
    }
}
