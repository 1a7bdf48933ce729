using Glovebox.Tests.EndToEnd.Harness;
using Glovebox.Tests.EndToEnd.Sharing;

namespace Glovebox.Tests.EndToEnd.Crash;

/// <summary><c>kill -9</c> and full disks in the middle of gc, import and push: the store is whole, and doing it again does it.</summary>
public sealed class StoreKillTests : SharedPlace
{
    [Theory]
    [InlineData("unlinkat", 1)]
    [InlineData("unlinkat", 3)]
    [InlineData("unlink", 1)]
    [InlineData("renameat", 1)]
    [InlineData("fsync", 1)]
    public async Task A_gc_killed_anywhere_harms_nothing_kept_and_is_made_good_by_the_next(string call, int moment)
    {
        // Enough for a pack, of which half stays, and files of their own.
        for (var i = 0; i < 100; i++) Write($"d/{i}", $"{i} of the first");
        Write("large", new string('l', 300_000));
        (await RunAsync("snapshot", "create", "-m", "first", "--label", "first")).Exits(0);
        for (var i = 0; i < 50; i++) Write($"d/{i}", $"{i} of the second");
        Write("large", new string('m', 300_000));
        (await RunAsync("snapshot", "create", "-m", "second", "--label", "second")).Exits(0);
        (await RunAsync("snapshot", "rm", "first")).Exits(0);

        Assert.True(await Faults.KillAsync(Glovebox, Project, call, moment, "gc"));

        (await RunAsync("verify")).Exits(0);
        (await RunAsync("checkout", "second", "--to", Path.Combine(Elsewhere, "second"))).Exits(0);
        (await RunAsync("gc")).Exits(0);
        (await RunAsync("verify")).Exits(0);
        var left = (await RunAsync("gc", "--dry-run", "--json")).Exits(0).Json["kinds"]!.AsArray();
        Assert.Equal(0, (int)left.Single(kind => (string)kind!["kind"]! == "blobs")!["count"]!);
        Write("d/0", "0 of the first");
        (await RunAsync("snapshot", "create", "-m", "again", "-q")).Exits(0);
        (await RunAsync("verify")).Exits(0);
        Assert.Equal("7 of the second", File.ReadAllText(Path.Combine(Elsewhere, "second", "d/7")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(9)]
    public async Task An_import_killed_at_any_rename_shows_nothing_half_and_can_be_repeated(int moment)
    {
        var id = await RecordedAsync();
        var file = Path.Combine(Elsewhere, "run.glovebox");
        (await RunAsync("export", id, "-o", file)).Exits(0);

        // strace counts the calls of each thread by itself, so only the first is sure to come.
        Assert.True(await Faults.KillAsync(Other, Elsewhere, "renameat", moment, "import", file) || moment > 1);

        (await ThereAsync("verify")).Exits(0);
        foreach (var _ in await RunsThereAsync()) (await ThereAsync("rerun", id, "--verify")).Exits(0);
        (await ThereAsync("import", file)).Exits(0);
        (await ThereAsync("rerun", id, "--verify")).Exits(0);
        (await ThereAsync("verify")).Exits(0);
    }

    [Fact]
    public async Task A_push_to_a_full_disk_shows_nothing_there_and_goes_on_when_there_is_room()
    {
        var id = await RecordedAsync();
        Directory.CreateDirectory(Remote);

        var said = await Faults.InSmallMountAsync(
            Glovebox, Project, Remote, 2,
            """
            cd "$2"
            "$1" push "$0"; echo "exit $?"
            ls -A "$0/run" "$0/incoming"
            mount -o remount,size=50m "$0"
            "$1" push "$0" -q; echo "then $?"
            ls "$0/run"
            """);

        Assert.Contains("exit 125\n", said, StringComparison.Ordinal);
        Assert.Contains($"then 0\n{id}.json", said, StringComparison.Ordinal);
        Assert.DoesNotContain($"{id}.json", said[..said.IndexOf("then 0", StringComparison.Ordinal)], StringComparison.Ordinal);
    }

    /// <summary>A full disk is when gc is called. (Without room for its index of 32 KB, SQLite cannot open the record.)</summary>
    [Fact]
    public async Task Gc_frees_on_a_disk_that_is_nearly_full()
    {
        for (var i = 0; i < 100; i++) Write($"d/{i}", $"{i}");
        Write("big", string.Concat(Enumerable.Range(0, 300_000).Select(i => $"{i} ")));
        Directory.CreateDirectory(Glovebox.Home);

        var said = await Faults.InSmallMountAsync(
            Glovebox, Project, Glovebox.Home, 8,
            """
            cd "$2"
            "$1" snapshot create -m big --label big -q && rm big && "$1" snapshot create -m small -q && "$1" snapshot rm big
            head -c 400k /dev/zero >"$0/room"; cat /dev/zero >"$0/filler"; rm "$0/room"
            "$1" gc; echo "gc $?"
            "$1" verify; echo "verified $?"
            "$1" status; echo "status $?"
            """);

        Assert.Contains("gc 0\n", said, StringComparison.Ordinal);
        Assert.Contains("verified 0\n", said, StringComparison.Ordinal);
        Assert.Contains("status 0\n", said, StringComparison.Ordinal);
    }
}
