using Glovebox.Api;
using Glovebox.Api.Snapshots;

namespace Glovebox.Tests.Snapshots;

public sealed class SnapshotTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly SnapshotsFixture _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Equal_content_is_one_snapshot_and_every_message_is_kept()
    {
        _place.Write("a", "1");
        var first = await _place.CreateAsync("one");
        var second = await _place.CreateAsync("two");
        Assert.Equal(first.Id, second.Id);
        Assert.Equal(["one", "two"], second.Entries.Select(entry => entry.Message));
        Assert.Single(await _place.Snapshots.ListAsync(new SnapshotFilter(), None));
    }

    /// <summary>Datmo hashed contents without names: a rename or a swap was lost.</summary>
    [Fact]
    public async Task A_rename_and_a_swap_and_a_mode_are_other_content()
    {
        _place.Write("a", "1");
        _place.Write("b", "2");
        var ids = new List<string> { (await _place.CreateAsync("start")).Id };
        File.Move(Path.Join(_place.Root, "a"), Path.Join(_place.Root, "c"));
        ids.Add((await _place.CreateAsync("renamed")).Id);
        _place.Write("c", "2");
        _place.Write("b", "1");
        ids.Add((await _place.CreateAsync("swapped")).Id);
        File.SetUnixFileMode(Path.Join(_place.Root, "b"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        ids.Add((await _place.CreateAsync("executable")).Id);
        Assert.Equal(4, ids.Distinct().Count());
        await _place.CheckoutAsync(ids[0]);
        Assert.Equal("1", _place.Read("a"));
        Assert.Equal("2", _place.Read("b"));
        Assert.False(Path.Exists(Path.Join(_place.Root, "c")));
    }

    /// <summary>In datmo a comma deleted the tree, and lib/lib was written to the file system's root.</summary>
    [Fact]
    public async Task Names_that_were_traps_elsewhere_come_back()
    {
        _place.Write("with,comma", "x");
        _place.Write("lib/lib/lib", "y");
        _place.Write("new\nline", "z");
        Directory.CreateDirectory(Path.Join(_place.Root, "empty/folder"));
        var listing = _place.List();
        var snapshot = await _place.CreateAsync("traps");
        foreach (var path in Directory.EnumerateFileSystemEntries(_place.Root))
        {
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
            else if (Path.GetFileName(path) != "glovebox.yaml") File.Delete(path);
        }

        await _place.CheckoutAsync(snapshot.Id);
        Assert.Equal(listing, _place.List());
    }

    [Fact]
    public async Task Config_is_content_and_metrics_are_versions_beside_it()
    {
        _place.Write("a", "1");
        var request = new SnapshotRequest { Directory = _place.Root, Message = "m", Config = new ValuesSource(null, ["lr=0.10", "name=x"]) };
        var first = (await _place.Snapshots.CreateAsync(request with { Metrics = new ValuesSource(null, ["loss=0.5"]) }, None)).Snapshot;
        var same = (await _place.Snapshots.CreateAsync(request with { Config = new ValuesSource(null, ["name=x", "lr=1e-1"]) }, None)).Snapshot;
        var other = (await _place.Snapshots.CreateAsync(request with { Config = new ValuesSource(null, ["lr=0.2", "name=x"]) }, None)).Snapshot;
        Assert.Equal(first.Id, same.Id);
        Assert.NotEqual(first.Id, other.Id);
        Assert.Single(same.Metrics);

        var update = new SnapshotUpdate(first.Id[..8], _place.Root, null, "best", new ValuesSource(null, ["loss=0.25", "epoch=3"]), []);
        var updated = await _place.Snapshots.UpdateAsync(update, None);
        Assert.Equal([1, 2], updated.Metrics.Select(version => version.Version));
        Assert.Equal("""{"loss":0.5}""", updated.Metrics[0].Values.ToJsonString());
        Assert.Equal("""{"loss":0.25,"epoch":3}""", updated.Metrics[1].Values.ToJsonString());
        Assert.Equal(first.Id, (await _place.Snapshots.GetAsync("best", _place.Root, None)).Id);
        Assert.Equal(updated.Metrics.Count, (await _place.Snapshots.UpdateAsync(update, None)).Metrics.Count);
    }

    [Fact]
    public async Task A_metric_is_a_number()
    {
        var request = new SnapshotRequest { Directory = _place.Root, Message = "m", Metrics = new ValuesSource(null, ["note=good"]) };
        var refusal = await Assert.ThrowsAsync<RefusalException>(() => _place.Snapshots.CreateAsync(request, None));
        Assert.Contains("a metric is a number", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_label_is_one_snapshots_and_a_near_one_is_suggested()
    {
        var request = new SnapshotRequest { Directory = _place.Root, Message = "m", Label = "baseline" };
        await _place.Snapshots.CreateAsync(request, None);
        await _place.Snapshots.CreateAsync(request, None);
        _place.Write("a", "1");
        Assert.Equal(RefusalKind.Conflict, (await Assert.ThrowsAsync<RefusalException>(() => _place.Snapshots.CreateAsync(request, None))).Kind);
        var unknown = await Assert.ThrowsAsync<RefusalException>(() => _place.Snapshots.GetAsync("baselin", _place.Root, None));
        Assert.Contains("did you mean 'baseline'", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pinned_snapshot_is_not_removed()
    {
        var snapshot = await _place.CreateAsync("m");
        await _place.Snapshots.PinAsync(snapshot.Id, _place.Root, pinned: true, None);
        await Assert.ThrowsAsync<RefusalException>(() => _place.Snapshots.RemoveAsync(snapshot.Id, _place.Root, None));
        await _place.Snapshots.PinAsync(snapshot.Id, _place.Root, pinned: false, None);
        await _place.Snapshots.RemoveAsync(snapshot.Id, _place.Root, None);
        Assert.Empty(await _place.Snapshots.ListAsync(new SnapshotFilter(), None));
    }

    [Fact]
    public async Task Two_creates_at_once_lose_nothing()
    {
        for (var i = 0; i < 50; i++) _place.Write($"f{i}", $"{i}");
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => _place.CreateAsync($"m{i}"))));
        Assert.Single(made.Select(snapshot => snapshot.Id).Distinct());
        var kept = Assert.Single(await _place.Snapshots.ListAsync(new SnapshotFilter(), None));
        Assert.Equal(8, kept.Entries.Count);
    }

    [Fact]
    public async Task A_diff_has_patches_and_config_and_metrics()
    {
        var request = new SnapshotRequest { Directory = _place.Root, Message = "m", Config = new ValuesSource(null, ["lr=1"]) };
        _place.Write("a", "one\ntwo\n");
        var a = (await _place.Snapshots.CreateAsync(request, None)).Snapshot;
        _place.Write("a", "one\n2\n");
        var b = (await _place.Snapshots.CreateAsync(request with { Config = new ValuesSource(null, ["lr=2"]), Metrics = new ValuesSource(null, ["loss=1"]) }, None)).Snapshot;
        var diff = await _place.Snapshots.DiffAsync(a.Id, b.Id, _place.Root, None);
        Assert.Equal(["code", "config", "metrics"], diff.Sections.Select(section => section.Name));
        Assert.Contains("-two\n+2\n", diff.Sections[0].Items[0].Patch, StringComparison.Ordinal);
        Assert.Equal(("lr", "1", "2"), diff.Sections[1].Items.Select(item => (item.Name, item.A, item.B)).Single());
    }

    /// <summary>Datmo lost a rename; a diff that shows a file gone and another come loses it for the reader.</summary>
    [Fact]
    public async Task A_diff_shows_what_was_renamed()
    {
        var text = string.Concat(Enumerable.Range(0, 20).Select(i => $"line {i}\n"));
        _place.Write("lib/a.py", text);
        _place.Write("same/__init__.py", "same");
        _place.Write("other/__init__.py", "same");
        _place.Write("old.bin", "\0bytes");
        _place.Write("gone", "nothing is like this");
        var a = await _place.CreateAsync("before");
        File.Move(Path.Join(_place.Root, "lib/a.py"), Path.Join(_place.Root, "lib/b.py"));
        _place.Write("lib/b.py", text.Replace("line 7", "line seven", StringComparison.Ordinal));
        File.Move(Path.Join(_place.Root, "same/__init__.py"), Path.Join(_place.Root, "same/init.py"));
        File.Move(Path.Join(_place.Root, "old.bin"), Path.Join(_place.Root, "new.bin"));
        File.Delete(Path.Join(_place.Root, "gone"));
        _place.Write("come", "and this is another thing");
        var b = await _place.CreateAsync("after");

        var code = (await _place.Snapshots.DiffAsync(a.Id, b.Id, _place.Root, None)).Sections.Single(section => section.Name == "code").Items;

        Assert.Equal(
            [("come", null), ("gone", null), ("lib/b.py", "lib/a.py"), ("new.bin", "old.bin"), ("same/init.py", "same/__init__.py")],
            code.Select(item => (item.Name, item.From)));
        var renamed = code.Single(item => item.Name == "lib/b.py");
        Assert.StartsWith("--- a/lib/a.py\n+++ b/lib/b.py\n", renamed.Patch, StringComparison.Ordinal);
        Assert.Contains("\n-line 7\n+line seven\n", renamed.Patch, StringComparison.Ordinal);
        Assert.Null(code.Single(item => item.Name == "new.bin").Patch);
    }

    [Fact]
    public async Task Status_names_each_change_and_stores_nothing()
    {
        _place.Write("kept", "k");
        _place.Write("changed", "1");
        _place.Write("old", "a file that is renamed");
        _place.Write("gone", "g");
        var snapshot = await _place.CreateAsync("start");
        Assert.True((await _place.StatusAsync()).IsClean);
        _place.Write("changed", "2");
        File.Move(Path.Join(_place.Root, "old"), Path.Join(_place.Root, "renamed"));
        File.Delete(Path.Join(_place.Root, "gone"));
        _place.Write("added", "n");
        File.SetUnixFileMode(Path.Join(_place.Root, "kept"), UnixFileMode.UserRead);
        var blobs = _place.BlobStore.List().Count();
        var status = await _place.StatusAsync();
        Assert.Equal(snapshot.Id, status.Current!.Id);
        Assert.Equal(
            ["added added", "modified changed", "deleted gone", "mode kept", "renamed renamed"],
            status.Changes.Select(change => $"{change.Change} {change.Path}"));
        Assert.Equal("old", status.Changes[^1].From);
        Assert.Equal(blobs, _place.BlobStore.List().Count());
    }

    [Fact]
    public async Task A_snapshot_whose_tree_is_there_again_is_the_current_one()
    {
        var first = await _place.CreateAsync("first");
        _place.Write("a", "1");
        await _place.CreateAsync("second");
        File.Delete(Path.Join(_place.Root, "a"));
        Assert.Equal(first.Id, (await _place.StatusAsync()).Current!.Id);
    }

    [Fact]
    public async Task An_unreadable_path_is_named()
    {
        var refusal = await Assert.ThrowsAsync<RefusalException>(() => _place.CreateAsync("m", "/nowhere/at/all"));
        Assert.Contains("/nowhere/at/all", refusal.Message, StringComparison.Ordinal);
    }
}
