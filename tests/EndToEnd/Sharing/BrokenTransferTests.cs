using System.Diagnostics;
using Glovebox.Tests.Conformance.Docker;
using Glovebox.Tests.Conformance.Remotes;

namespace Glovebox.Tests.EndToEnd.Sharing;

/// <summary><c>kill -9</c> in the middle of a transfer over the network: nothing half is shown, and the rest goes on with what is missing.</summary>
public sealed class BrokenTransferTests : SharedPlace
{
    [Fact]
    public async Task Over_ssh()
    {
        await using var ssh = await TestSsh.StartAsync();
        Directory.CreateDirectory(ssh.Folder);
        await GoesOnAsync(ssh.Url().OriginalString, ssh.Folder, 12, new() { ["GLOVEBOX_SSH"] = string.Join(' ', ssh.Client) });
    }

    [Fact]
    public async Task Through_a_registry()
    {
        await using var registry = await TestRegistry.StartAsync(open: true);
        Directory.CreateDirectory(registry.Data);
        await GoesOnAsync($"oci://{registry.Host}/lab/iris", registry.Data, 60, []);
    }

    /// <param name="place">Where the other side keeps its bytes.</param>
    /// <param name="moment">Names that appear there until the push is killed: some objects, not all.</param>
    private async Task GoesOnAsync(string url, string place, int moment, Dictionary<string, string?> variables)
    {
        for (var i = 0; i < 40; i++) Write($"many/{i}", $"content {i}");
        var id = await RecordedAsync();
        var all = await ObjectsAsync(["push", url, "--dry-run", "--json"]);

        await KillAsync(Glovebox.Start(Project, ["push", url], variables), place, moment);
        Assert.Empty((await Other.RunAsync(Elsewhere, ["runs", "ls", "--json"])).Exits(0).Json.AsArray());
        var rest = await ObjectsAsync(["push", url, "--json"]);
        Assert.InRange(rest, 0, all - 1);
        Assert.Equal(0, await ObjectsAsync(["push", url, "--json"]));

        Directory.CreateDirectory(Other.Home);
        await KillAsync(Other.Start(Elsewhere, ["pull", url], variables), Other.Home, moment);
        foreach (var run in await RunsThereAsync()) await IsWholeAsync((string)run!["id"]!);
        (await Other.RunAsync(Elsewhere, ["pull", url], variables: variables)).Exits(0);
        await IsWholeAsync(id);
        (await ThereAsync("verify")).Exits(0);

        async Task<int> ObjectsAsync(string[] arguments) => (int)(await Glovebox.RunAsync(Project, arguments, variables: variables)).Exits(0).Json["objects"]!;
    }

    private async Task IsWholeAsync(string id) =>
        Assert.Matches("equal +d/big\n", (await ThereAsync("rerun", id, "--verify")).Exits(0).Output);

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

    private static async Task KillAsync(Process process, string place, int moment)
    {
        using (process)
        {
            var seen = 0;
            using var watcher = new FileSystemWatcher(place) { IncludeSubdirectories = true };
            watcher.Created += (_, _) => Count();
            watcher.Renamed += (_, _) => Count();
            watcher.EnableRaisingEvents = true;
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);

            void Count()
            {
                if (Interlocked.Increment(ref seen) == moment) Kill(process);
            }
        }
    }
}
