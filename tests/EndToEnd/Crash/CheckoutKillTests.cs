using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Crash;

/// <summary>
/// <c>kill -9</c> before the n-th rename of a checkout (strace puts the signal there), and full disks: what the next command finds is whole.
/// </summary>
public sealed class CheckoutKillTests : Place
{
    [Fact]
    public async Task A_checkout_killed_at_any_rename_is_all_old_or_all_new()
    {
        await MakeAsync("old");
        await MakeAsync("new");
        int[] moments = Environment.GetEnvironmentVariable("GLOVEBOX_TEST_LONG") is null ? [1, 2, 3, 5, 8, 12] : [.. Enumerable.Range(1, 24)];
        var killed = 0;
        foreach (var moment in moments)
        {
            killed += await Faults.KillAsync(Glovebox, Project, "renameat", moment, "checkout", "old") ? 1 : 0;
            (await RunAsync("status")).Exits(0);
            var contents = Enumerable.Range(0, 8).Select(i => Read($"d{i % 3}/f{i}")).Distinct().ToList();
            Assert.True(contents is ["old"] or ["new"], $"killed at rename {moment}: the tree holds {string.Join(", ", contents)}");
            (await RunAsync("checkout", "new")).Exits(0);
            Assert.Empty(Directory.EnumerateFileSystemEntries(Project, ".glovebox-*"));
        }

        Assert.True(killed >= 5, $"killed only {killed} times");
        (await RunAsync("verify")).Exits(0);
    }

    [Fact]
    public async Task A_create_killed_at_any_rename_leaves_the_store_whole()
    {
        foreach (var moment in new[] { 1, 3, 6 })
        {
            Write("f", $"{moment}");
            for (var i = 0; i < 6; i++) Write($"d/{i}", $"{moment} {i}");
            Assert.True(await Faults.KillAsync(Glovebox, Project, "renameat", moment, "snapshot", "create", "-m", "killed"));
            (await RunAsync("snapshot", "create", "-m", $"{moment}", "--label", $"at-{moment}")).Exits(0);
        }

        (await RunAsync("gc")).Exits(0);
        (await RunAsync("verify")).Exits(0);
        (await RunAsync("checkout", "at-1")).Exits(0);
        Assert.Equal("1", Read("f"));
    }

    /// <summary>On a file system of a megabyte, in a mount namespace of its own.</summary>
    [Fact]
    public async Task A_full_disk_leaves_the_tree_as_it_was()
    {
        Write("big", new string('b', 3_000_000));
        Write("small", "1");
        (await RunAsync("snapshot", "create", "-m", "big", "--label", "big")).Exits(0);
        File.Delete(Path.Combine(Project, "big"));
        Write("small", "2");
        (await RunAsync("snapshot", "create", "-m", "small", "--label", "small")).Exits(0);

        var said = await Faults.InSmallMountAsync(Glovebox, Project, Project, 1, "echo 2 | tr -d '\\n' > small; \"$1\" checkout big; echo \"exit $?\"; ls -A; cat small");

        Assert.Contains("exit 125\nsmall\n2", said, StringComparison.Ordinal);
        (await RunAsync("verify")).Exits(0);
    }

    [Fact]
    public async Task A_full_store_keeps_nothing_by_halves()
    {
        Write("small", "1");
        Write("big", string.Concat(Enumerable.Range(0, 500_000).Select(i => $"{i} ")));
        Directory.CreateDirectory(Glovebox.Home);
        var said = await Faults.InSmallMountAsync(
            Glovebox, Project, Glovebox.Home, 1,
            "cd \"$2\"; \"$1\" snapshot create -m big; echo \"exit $?\"; rm big; \"$1\" snapshot create -m small -q >/dev/null; echo \"then $?\"; \"$1\" gc >/dev/null; \"$1\" verify; echo \"verified $?\"");
        Assert.Contains("exit 125\n", said, StringComparison.Ordinal);
        Assert.Contains("then 0\n", said, StringComparison.Ordinal);
        Assert.Contains("verified 0\n", said, StringComparison.Ordinal);
    }

    private async Task MakeAsync(string content)
    {
        for (var i = 0; i < 8; i++) Write($"d{i % 3}/f{i}", content);
        (await RunAsync("snapshot", "create", "-m", content, "--label", content)).Exits(0);
    }
}
