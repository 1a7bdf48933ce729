using Glovebox.Api;
using Glovebox.Api.Snapshots;
using Glovebox.Blobs;

namespace Glovebox.Tests.Snapshots;

public sealed class CheckoutTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly SnapshotsFixture _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void Any_tree_turns_into_any_other_and_back() => TreesFixture.Check(25, code =>
    {
        using var place = new SnapshotsFixture();
        var half = code.Length / 2;
        new TreeScript(code[..half], TreeScript.OddNames).Play(place.Root);
        var first = place.CreateAsync("first").GetAwaiter().GetResult();
        var before = place.List();
        new TreeScript(code[half..], TreeScript.OddNames).Play(place.Root);
        var after = place.List();
        var second = place.CreateAsync("second").GetAwaiter().GetResult();
        place.CheckoutAsync(first.Id).GetAwaiter().GetResult();
        Assert.Equal(before, place.List());
        Assert.True(place.StatusAsync().GetAwaiter().GetResult().IsClean);
        place.CheckoutAsync(second.Id).GetAwaiter().GetResult();
        Assert.Equal(after, place.List());
        var elsewhere = place.Beside("to");
        place.CheckoutAsync(first.Id, to: elsewhere).GetAwaiter().GetResult();
        Assert.Equal(before, Listing.Of(elsewhere));
    });

    /// <summary>Stops before each change in turn; what another process finds is all old or, once it has looked, all new.</summary>
    [Fact]
    public async Task A_checkout_that_dies_anywhere_is_all_or_nothing()
    {
        _place.Write("a", "1");
        _place.Write("d/b", "old");
        _place.Write("x/y/z", "deep");
        var first = await _place.CreateAsync("first");
        var old = _place.List();
        _place.Write("a", "2");
        File.Delete(Path.Join(_place.Root, "d/b"));
        _place.Write("d/b/c", "a folder where a file was");
        Directory.Delete(Path.Join(_place.Root, "x"), recursive: true);
        _place.Write("x", "a file where a folder was");
        await _place.CreateAsync("second");
        var now = _place.List();
        var finished = 0;
        for (var stop = 0; finished < 2; stop++)
        {
            var left = stop;
            var dying = _place.Open(() =>
            {
                if (left-- == 0) throw new InvalidTimeZoneException("killed");
            });
            var died = await Record.ExceptionAsync(() => dying.CheckoutAsync(new CheckoutRequest(first.Id, _place.Root, null, false, false), None));
            if (died is null) finished++;
            var status = await _place.StatusAsync();
            Assert.True(status.IsClean, string.Join("\n", status.Changes));
            Assert.Contains(_place.List(), new[] { old, now });
            Assert.Equal(status.Current!.Id == first.Id ? old : now, _place.List());
            await _place.CheckoutAsync((await SecondAsync()).Id);
            Assert.Equal(now, _place.List());
            Assert.Empty(Directory.EnumerateFileSystemEntries(_place.Root, ".glovebox-*"));
        }
    }

    [Fact]
    public async Task Unsaved_work_is_listed_and_nothing_happens()
    {
        _place.Write("a", "1");
        _place.Write("b", "1");
        var first = await _place.CreateAsync("first");
        _place.Write("a", "unsaved");
        _place.Write("new", "nothing comes in its place, but it would go");
        File.SetUnixFileMode(Path.Join(_place.Root, "b"), UnixFileMode.UserRead);
        var before = _place.List();
        var refusal = await Assert.ThrowsAsync<RefusalException>(() => _place.CheckoutAsync(first.Id));
        Assert.Equal(RefusalKind.Conflict, refusal.Kind);
        Assert.Contains("\n  a\n  b\n  new\n", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, _place.List());

        var result = await _place.CheckoutAsync(first.Id, save: true);
        Assert.Equal("1", _place.Read("a"));
        await _place.CheckoutAsync(result.Saved!.Id);
        Assert.Equal(before, _place.List());
    }

    [Fact]
    public async Task What_is_typed_while_a_checkout_is_at_work_stays_and_is_named()
    {
        foreach (var name in new[] { "a", "b", "c" }) _place.Write(name, "1");
        var first = await _place.CreateAsync("first");
        foreach (var name in new[] { "a", "b", "c" }) _place.Write(name, "2");
        await _place.CreateAsync("second");
        var typed = false;
        var busy = _place.Open(() =>
        {
            // From the journal on nobody asks any more what is unsaved.
            if (typed || !Directory.Exists(_place.Beside("home/checkouts")) || Directory.GetFiles(_place.Beside("home/checkouts")).Length == 0) return;
            typed = true;
            _place.Write("b", "typed meanwhile");
            File.Delete(Path.Join(_place.Root, "c"));
        });

        var result = await busy.CheckoutAsync(new CheckoutRequest(first.Id, _place.Root, null, false, false), None);

        Assert.True(typed);
        Assert.Equal(["b"], result.Left);
        Assert.Equal(("1", "typed meanwhile", "1"), (_place.Read("a"), _place.Read("b"), _place.Read("c")));
    }

    [Fact]
    public async Task Force_overwrites()
    {
        _place.Write("a", "1");
        var first = await _place.CreateAsync("first");
        _place.Write("a", "unsaved");
        await _place.CheckoutAsync(first.Id, force: true);
        Assert.Equal("1", _place.Read("a"));
    }

    /// <summary>That the bytes are somewhere in the store is not enough: gc would free them.</summary>
    [Fact]
    public async Task Bytes_that_no_record_leads_to_are_unsaved_work()
    {
        var first = await _place.CreateAsync("first");
        _place.Write("a", "stray");
        _place.BlobStore.Put("stray"u8);
        await Assert.ThrowsAsync<RefusalException>(() => _place.CheckoutAsync(first.Id));
    }

    [Fact]
    public async Task Ignored_files_stay_and_one_in_the_way_is_unsaved_work()
    {
        _place.Write("data.bin", "recorded");
        var first = await _place.CreateAsync("first");
        _place.Write(".gitignore", "*.bin\ncache/\n");
        await _place.CreateAsync("second");
        _place.Write("data.bin", "ignored now, and changed");
        _place.Write("cache/x", "ignored");
        var refusal = await Assert.ThrowsAsync<RefusalException>(() => _place.CheckoutAsync(first.Id));
        Assert.Contains("\n  data.bin\n", refusal.Message, StringComparison.Ordinal);
        var saved = (await _place.CheckoutAsync(first.Id, save: true)).Saved!;
        Assert.Equal("recorded", _place.Read("data.bin"));
        Assert.Equal("ignored", _place.Read("cache/x"));
        Directory.Delete(Path.Join(_place.Root, "cache"), recursive: true);
        await _place.CheckoutAsync(saved.Id);
        Assert.Equal("ignored now, and changed", _place.Read("data.bin"));
    }

    [Fact]
    public async Task Files_go_back_to_where_they_came_from()
    {
        var outside = Path.Join(_place.Elsewhere, "weights.bin");
        File.WriteAllText(outside, "w1");
        _place.Write(".gitignore", "data/\n");
        _place.Write("data/.gitignore", "*\n");
        _place.Write("data/x.csv", "1,2");
        var snapshot = await _place.CreateAsync("with files", Path.Join(_place.Root, "data"), $"model={outside}");
        Assert.Equal(["data", "model"], snapshot.Files);
        Assert.True((await _place.StatusAsync()).IsClean);
        File.WriteAllText(outside, "w2");
        _place.Write("data/x.csv", "3");
        _place.Write("data/own", "not in the snapshot");
        Assert.Equal(2, (await _place.StatusAsync()).Changes.Count);
        await Assert.ThrowsAsync<RefusalException>(() => _place.CheckoutAsync(snapshot.Id));
        await _place.CheckoutAsync(snapshot.Id, force: true);
        Assert.Equal("w1", await File.ReadAllTextAsync(outside));
        Assert.Equal("1,2", _place.Read("data/x.csv"));
        Assert.True(Path.Exists(Path.Join(_place.Root, "data/own")));
        var to = _place.Beside("to");
        await _place.CheckoutAsync(snapshot.Id, to: to);
        Assert.Equal("w1", await File.ReadAllTextAsync(Path.Join(to, "model")));
    }

    [Fact]
    public async Task A_flipped_byte_is_named_and_nothing_is_changed()
    {
        _place.Write("a", "first");
        _place.Write("b", "first b");
        var first = await _place.CreateAsync("first");
        _place.Write("a", "second");
        _place.Write("b", "second b");
        await _place.CreateAsync("second");
        var before = _place.List();
        var id = _place.BlobStore.Put("first b"u8);
        var path = Path.Join(_place.Blobs, id.Hex[..2], id.Hex);
        File.Delete(path);
        await File.WriteAllTextAsync(path, "fIrst b", None);
        var failure = await Assert.ThrowsAsync<CorruptBlobException>(() => _place.CheckoutAsync(first.Id));
        Assert.Equal(id, failure.Id);
        Assert.Equal(before, _place.List());
        Assert.Empty(Directory.EnumerateFileSystemEntries(_place.Root, ".glovebox-*"));
    }

    [Fact]
    public async Task To_a_directory_that_is_not_empty_is_refused()
    {
        var snapshot = await _place.CreateAsync("first");
        File.WriteAllText(Path.Join(_place.Elsewhere, "x"), "");
        await Assert.ThrowsAsync<RefusalException>(() => _place.CheckoutAsync(snapshot.Id, to: _place.Beside("elsewhere")));
    }

    private async Task<Snapshot> SecondAsync() =>
        (await _place.Snapshots.ListAsync(new SnapshotFilter(), None)).Single(snapshot => snapshot.Entries[0].Message == "second");
}
