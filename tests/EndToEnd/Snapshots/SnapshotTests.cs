using System.Text.Json.Nodes;
using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Snapshots;

/// <summary>Snapshots through the program: runs and snapshots alike, and what gc frees.</summary>
public sealed class SnapshotTests : Place
{
    [Fact]
    public async Task A_runs_result_is_a_snapshot_like_any_other()
    {
        Write("in.txt", "1\n");
        var run = await RecordAsync("echo 2 >> in.txt; echo '{\"loss\": 0.5}' > metrics.json", "-p", "lr=0.1");
        var id = (string)run["id"]!;
        var created = (await RunAsync("snapshot", "create", "-m", "result", "--run", id, "--label", "result", "--json")).Exits(0).Json["snapshot"]!;
        Assert.Equal("""{"lr":0.1}""", created["config"]!.ToJsonString());
        Assert.Equal(0.5, (double)created["metrics"]![0]!["values"]!["loss"]!);
        Assert.Equal((string?)run["treeAfter"], (string?)created["tree"]);

        (await RunAsync("checkout", $"{id}:before")).Exits(0);
        Assert.Equal("1\n", Read("in.txt"));
        var status = (await RunAsync("status", "--json")).Exits(0).Json;
        Assert.Equal((true, $"{id}:before"), ((bool)status["isClean"]!, (string?)status["current"]!["id"]));
        var diff = (await RunAsync("runs", "diff", $"{id}:before", "result", "--json")).Exits(0).Json;
        Assert.Contains(diff["sections"]!.AsArray(), section => (string)section!["name"]! == "code");
        (await RunAsync("checkout", id)).Exits(0);
        Assert.Equal("1\n2\n", Read("in.txt"));
        Assert.True((bool)(await RunAsync("status", "--json")).Exits(0).Json["isClean"]!);
        Assert.Equal(id, (string?)(await RunAsync("rerun", "result", "--json")).Exits(0).Json["run"]!["rerunOf"]);
    }

    /// <summary>Datmo recorded a failed script as a success, and lost its log.</summary>
    [Fact]
    public async Task A_failed_script_is_failed_and_its_log_is_kept()
    {
        var run = await RecordAsync("echo said; exit 3");
        Assert.Equal(("failed", 3), ((string)run["status"]!, (int)run["exitCode"]!));
        Assert.Equal("said\n", (await RunAsync("runs", "logs", (string)run["id"]!)).Exits(0).Output);
    }

    [Fact]
    public async Task Gc_frees_what_it_announced_and_harms_nothing_shared()
    {
        Write("shared", new string('s', 10_000));
        Write("own", new string('o', 20_000));
        await CreateAsync("first", "--label", "first");
        Write("own", new string('p', 30_000));
        await CreateAsync("second", "--label", "second");
        var run = (string)(await RecordAsync("true"))["id"]!;
        (await RunAsync("snapshot", "pin", run)).Exits(0);
        (await RunAsync("snapshot", "rm", "first")).Exits(0);

        var announced = (await RunAsync("gc", "--dry-run", "--keep-runs", "0", "--json")).Exits(0).Json;
        var blobs = BlobsOf(announced);
        Assert.True((long)blobs["bytes"]! >= 20_000);
        var before = Bytes();
        var freed = (await RunAsync("gc", "--keep-runs", "0", "--json")).Exits(0).Json;
        Assert.Equal(announced["kinds"]!.ToJsonString(), freed["kinds"]!.ToJsonString());
        Assert.Equal((long)blobs["bytes"]!, before - Bytes());
        (await RunAsync("runs", "show", run)).Exits(0);

        File.Delete(Path.Combine(Project, "shared"));
        (await RunAsync("checkout", "second", "--save")).Exits(0);
        Assert.Equal(10_000, Read("shared").Length);
        (await RunAsync("verify")).Exits(0);
    }

    [Fact]
    public async Task A_flipped_byte_is_named_with_what_uses_it_and_never_restored()
    {
        Write("a", "the first content");
        await CreateAsync("first", "--label", "first");
        Write("a", "another");
        await CreateAsync("second");
        var blob = Directory.EnumerateFiles(Path.Combine(Glovebox.Home, "blobs"), "*", SearchOption.AllDirectories)
            .Single(path => File.ReadAllText(path) == "the first content");
        File.Delete(blob);
        await File.WriteAllTextAsync(blob, "the fIrst content", TestContext.Current.CancellationToken);

        var refused = await RunAsync("checkout", "first");
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains(Path.GetFileName(blob), refused.Error, StringComparison.Ordinal);
        Assert.Equal("another", Read("a"));
        var damaged = Assert.Single((await RunAsync("verify", "--json")).Exits(1).Json["damaged"]!.AsArray())!;
        Assert.Equal(Path.GetFileName(blob), (string?)damaged["id"]);
        Assert.EndsWith(": a", (string?)damaged["usedBy"]![0]);
    }

    /// <summary>Files of a pack: every object of the store is read, wherever it lies.</summary>
    [Fact]
    public async Task A_flipped_byte_among_many_small_files_is_named_and_never_restored()
    {
        for (var i = 0; i < 200; i++) Write($"d/{i}", $"content {i}");
        await CreateAsync("first", "--label", "first");
        var pack = Directory.EnumerateFiles(Path.Combine(Glovebox.Home, "blobs", "packs")).Single();
        var bytes = await File.ReadAllBytesAsync(pack, TestContext.Current.CancellationToken);
        bytes[bytes.AsSpan().IndexOf("content 77"u8) + 9] = (byte)'8';
        File.Delete(pack);
        await File.WriteAllBytesAsync(pack, bytes, TestContext.Current.CancellationToken);
        Write("d/1", "another");

        Assert.NotEqual(0, (await RunAsync("checkout", "first", "--to", Path.Combine(Elsewhere, "to"))).ExitCode);
        Assert.False(Path.Exists(Path.Combine(Elsewhere, "to")));
        var damaged = Assert.Single((await RunAsync("verify", "--json")).Exits(1).Json["damaged"]!.AsArray())!;
        Assert.Equal(pack, (string?)damaged["path"]);
        Assert.EndsWith(": d/77", (string?)damaged["usedBy"]![0]);
    }

    [Fact]
    public async Task A_flipped_byte_in_a_layer_or_an_image_is_named()
    {
        Directory.CreateDirectory(Path.Combine(Elsewhere, "root"));
        await File.WriteAllTextAsync(Path.Combine(Elsewhere, "root", "tool"), "a program", TestContext.Current.CancellationToken);
        var tar = Path.Combine(Elsewhere, "small.tar");
        await System.Formats.Tar.TarFile.CreateFromDirectoryAsync(Path.Combine(Elsewhere, "root"), tar, false, TestContext.Current.CancellationToken);
        (await RunAsync("image", "import", tar, "-n", "small", "-q")).Exits(0);
        (await RunAsync("verify")).Exits(0);
        var layer = Directory.EnumerateFiles(Path.Combine(Glovebox.Home, "layers"), "tool", SearchOption.AllDirectories).Single();
        await File.WriteAllTextAsync(layer, "A program", TestContext.Current.CancellationToken);

        var damaged = Assert.Single((await RunAsync("verify", "--json")).Exits(1).Json["damaged"]!.AsArray())!;
        Assert.Equal("image small", (string?)damaged["usedBy"]![0]);
        Assert.Contains("/tool", (string?)damaged["reason"], StringComparison.Ordinal);

        await File.WriteAllTextAsync(layer, "a program", TestContext.Current.CancellationToken);
        var image = Directory.EnumerateFiles(Path.Combine(Glovebox.Home, "images"), "*.json").Single();
        var changed = (await File.ReadAllTextAsync(image, TestContext.Current.CancellationToken)).Replace("1970", "1971", StringComparison.Ordinal);
        await File.WriteAllTextAsync(image, changed, TestContext.Current.CancellationToken);
        Assert.Equal(image, (string?)Assert.Single((await RunAsync("verify", "--json")).Exits(1).Json["damaged"]!.AsArray())!["path"]);
    }

    [Fact]
    public async Task Gc_frees_what_it_announced_of_many_small_files()
    {
        for (var i = 0; i < 200; i++) Write($"d/{i}", $"first {i}");
        await CreateAsync("first", "--label", "first");
        for (var i = 0; i < 150; i++) Write($"d/{i}", $"second {i}");
        await CreateAsync("second");
        (await RunAsync("snapshot", "rm", "first")).Exits(0);
        var announced = BlobsOf((await RunAsync("gc", "--dry-run", "--json")).Exits(0).Json);
        Assert.True((int)announced["count"]! > 150);
        var before = Bytes();
        (await RunAsync("gc", "-q")).Exits(0);
        Assert.Equal((long)announced["bytes"]!, before - Bytes());
        (await RunAsync("verify")).Exits(0);
    }

    [Fact]
    public async Task A_diff_of_snapshots_and_runs_shows_what_was_renamed()
    {
        Write("lib/a.py", "print(1)\n");
        await CreateAsync("first", "--label", "first");
        var run = (string)(await RecordAsync("mv lib/a.py lib/b.py"))["id"]!;
        foreach (var words in new string[][] { ["diff", "first", run], ["snapshot", "diff", "first", run], ["runs", "diff", "first", run] })
            Assert.Contains("lib/a.py → lib/b.py", (await RunAsync(words)).Exits(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_creates_at_once_are_both_kept()
    {
        for (var i = 0; i < 30; i++) Write($"d/f{i}", $"{i}");
        var ended = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => RunAsync("snapshot", "create", "-m", $"m{i}", "-q")));
        Assert.Single(ended.Select(one => one.Exits(0).Output).Distinct());
        Assert.Equal(4, (await RunAsync("snapshot", "ls", "--json")).Json[0]!["entries"]!.AsArray().Count);
    }

    private async Task CreateAsync(string message, params string[] options) =>
        (await RunAsync(["snapshot", "create", "-m", message, .. options])).Exits(0);

    private long Bytes() => new DirectoryInfo(Path.Combine(Glovebox.Home, "blobs")).EnumerateFiles("*", SearchOption.AllDirectories)
        .Where(file => file.Name.Length == 64 || file.Extension == ".pack").Sum(file => file.Length);

    private static JsonNode BlobsOf(JsonNode report) => report["kinds"]!.AsArray().Single(kind => (string)kind!["kind"]! == "blobs")!;
}
