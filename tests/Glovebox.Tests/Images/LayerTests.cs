using Glovebox.Api;
using Glovebox.Files;
using Glovebox.Images;
using Glovebox.Images.Archives;
using Glovebox.Images.Layers;

namespace Glovebox.Tests.Images;

public sealed class LayerTests : IDisposable
{
    private readonly TemporaryHome _home = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _home.Dispose();

    private Digest Make(bool reversed = false)
    {
        using var draft = _home.Layers.NewDraft();
        var steps = new List<Action<string>>
        {
            fs => Directory.CreateDirectory(Path.Combine(fs, "usr/bin")),
            fs => File.WriteAllText(Path.Combine(fs, "file"), "content"),
            fs => File.WriteAllText(Path.Combine(fs, "naïve\n"), ""),
            fs => File.CreateSymbolicLink(Path.Combine(fs, "absolute"), "/etc/passwd"),
            fs => Directory.CreateDirectory(Path.Combine(fs, "a")),
            fs => Directory.CreateDirectory(Path.Combine(fs, "a-b")),
        };
        if (reversed) steps.Reverse();
        foreach (var step in steps) step(draft.Fs);
        File.WriteAllText(Path.Combine(draft.Fs, "a/x"), "x");
        using (var root = Folder.Open(draft.Fs))
        {
            LayerCalls.MakeHardLink(root, "file"u8, root, "second-name"u8);
            LayerCalls.MakeWhiteout(root, "gone"u8);
            using var opaque = root.OpenFolder("a-b"u8);
            LayerCalls.SetOpaque(opaque);
        }
        return _home.Layers.Add(draft, latest: 1000, Cancellation);
    }

    [Fact]
    public void The_order_of_making_and_the_clock_leave_no_mark()
    {
        var first = Make();
        var entries = _home.Layers.Index(first).Entries;
        Assert.Equal(
            ["a", "a-b", "a/x", "absolute", "file", "gone", "naïve\n", "second-name", "usr", "usr/bin"],
            entries.Select(entry => entry.Path));
        Assert.True(entries.Single(entry => entry.Path == "a-b").Opaque);
        Assert.Equal("file", entries.Single(entry => entry.Kind == LayerEntryKind.HardLink).Target);
        _home.Layers.Delete(first);
        Assert.False(_home.Layers.Contains(first));
        Assert.Equal(first, Make(reversed: true));
    }

    [Fact]
    public void Its_tar_unpacks_to_the_same_layer_whiteouts_included()
    {
        var first = Make();
        using var stream = new MemoryStream();
        LayerTar.Write(_home.Layers, first, stream, _ => { }, Cancellation);
        Assert.Equal(first, Digest.Of(stream.ToArray()));
        _home.Layers.Delete(first);
        stream.Position = 0;
        using var draft = _home.Layers.NewDraft();
        draft.Recorded = LayerExtractor.Extract(stream, draft.Fs, null, Cancellation);
        Assert.Equal(first, _home.Layers.Add(draft, null, Cancellation));
    }

    [Fact]
    public void A_changed_file_is_named()
    {
        var layer = Make();
        File.WriteAllText(Path.Combine(_home.Layers.FsOf(layer), "file"), "CONTENT");
        var refusal = Assert.Throws<RefusalException>(() => LayerTar.Write(_home.Layers, layer, Stream.Null, _ => { }, Cancellation));
        Assert.Contains("/file", refusal.Message);
        Assert.Contains(layer.ToString(), refusal.Message);
    }

    [Fact]
    public void What_a_killed_maker_left_is_removed_and_a_living_ones_is_not()
    {
        using var living = _home.Layers.NewDraft();
        var dead = Directory.CreateDirectory(Path.Combine(_home.Home.Temporary, "layer-dead/fs/sub")).FullName;
        File.WriteAllText(Path.Combine(_home.Home.Temporary, "layer-dead/owner"), "");
        Assert.Equal(1, LayerDraft.RemoveAbandoned(_home.Home));
        Assert.False(Directory.Exists(dead));
        Assert.True(Directory.Exists(living.Fs));
    }
}
