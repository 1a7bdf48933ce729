using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Doctor;

/// <summary>The machine and the store: <c>doctor</c>, <c>gc</c>, and what happens when they are not well.</summary>
public sealed class HouseTests : Place
{
    [Fact]
    public async Task Doctor_names_each_thing_it_checked()
    {
        var checks = (await RunAsync("doctor", "--json")).Exits(0).Json.AsArray();

        foreach (var name in new[] { "kernel", "cgroups", "overlay", "runtime", "disk", "user namespaces", "gpu" })
            Assert.Contains(checks, c => (string?)c!["name"] == name);
    }

    [Fact]
    public async Task Gc_frees_exactly_what_it_announced_and_nothing_a_kept_run_needs()
    {
        Write("data", new string('a', 100_000));
        var old = await IdOfAsync("cp data first");
        File.Delete(Path.Combine(Project, "first"));
        Write("data", new string('b', 50_000));
        var kept = await IdOfAsync("cp data second");

        var announced = (await RunAsync("gc", "--dry-run", "--keep-runs", "1", "--json")).Exits(0).Json;
        Assert.Equal(old, (string?)(await RunAsync("runs", "show", old, "--json")).Exits(0).Json["id"]);
        var before = SizeOf("blobs");
        var freed = (await RunAsync("gc", "--keep-runs", "1", "--json")).Exits(0).Json;

        Assert.Equal(announced["kinds"]!.ToJsonString(), freed["kinds"]!.ToJsonString());
        var blobs = freed["kinds"]!.AsArray().Single(k => (string?)k!["kind"] == "blobs")!;
        Assert.Equal((long)blobs["bytes"]!, before - SizeOf("blobs"));
        Assert.True((long)blobs["bytes"]! >= 100_000);
        (await RunAsync("runs", "show", old)).Exits(3);
        (await RunAsync("rerun", kept, "--verify")).Exits(0);
        Assert.All((await RunAsync("gc", "--json")).Json["kinds"]!.AsArray(), k => Assert.Equal(0, (long)k!["bytes"]!));
    }

    [Fact]
    public async Task A_home_that_cannot_be_written_is_named()
    {
        var file = Path.Combine(Elsewhere, "not-a-folder");
        await File.WriteAllTextAsync(file, "x", TestContext.Current.CancellationToken);
        Glovebox = new Product(file);

        Assert.Contains(file, (await RunAsync("run", "true")).Exits(125).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_none_is_named_and_kept()
    {
        Directory.CreateDirectory(Glovebox.Home);
        var file = Path.Combine(Glovebox.Home, "glovebox.db");
        await File.WriteAllTextAsync(file, new string('x', 8192), TestContext.Current.CancellationToken);

        Assert.Contains("glovebox.db", (await RunAsync("run", "true")).Exits(125).Error, StringComparison.Ordinal);
        Assert.Equal(8192, new FileInfo(file).Length);
    }

    [Fact]
    public async Task A_full_disk_is_refused_and_leaves_the_tree_as_it_was()
    {
        // A small file system of its own, mounted where only this test's processes see it.
        Write("big.sh", "head -c 30000000 /dev/zero > big");
        var home = Path.Combine(Elsewhere, "small");
        Directory.CreateDirectory(home);
        var script = $"mount -t tmpfs -o size=24m none {home} && GLOVEBOX_HOME={home} exec {Product.Launcher} run --json --network host big.sh";
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("unshare", ["--mount", "--propagation", "private", "sh", "-c", script])
        {
            WorkingDirectory = Project, UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true,
        })!;
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.NotEqual(0, process.ExitCode);
        Assert.DoesNotContain("bug in Glovebox", error, StringComparison.Ordinal);
        Assert.False(Has("big"));
    }

    [Fact]
    public async Task Two_at_once_do_not_hinder_each_other()
    {
        Write("w.sh", "echo $1 > out-$1");

        var ended = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => RunAsync("run", "-q", "w.sh", i.ToString())));

        Assert.All(ended, e => e.Exits(0));
        Assert.All(Enumerable.Range(0, 6), i => Assert.Equal($"{i}\n", Read($"out-{i}")));
        Assert.Equal(6, (await RunAsync("runs", "ls", "--json")).Json.AsArray().Count);
    }

    private long SizeOf(string part) =>
        new DirectoryInfo(Path.Combine(Glovebox.Home, part)).EnumerateFiles("*", SearchOption.AllDirectories).Where(f => f.Name.Length == 64).Sum(f => f.Length);
}
