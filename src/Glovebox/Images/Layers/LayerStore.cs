using Glovebox.Api;
using Glovebox.Files;
using Glovebox.Home;

namespace Glovebox.Images.Layers;

/// <summary>
/// Layers by their digest: <c>layers/HEX/fs</c> is the directory that an overlay mounts, <c>layers/HEX/index</c> says what is in it. A
/// layer appears whole, by one rename, and is never changed.
/// </summary>
public sealed class LayerStore(GloveboxHome home)
{
    public LayerDraft NewDraft() => LayerDraft.Create(home);

    public string FsOf(Digest layer) => Path.Combine(home.Layers, layer.Hex, "fs");

    public bool Contains(Digest layer) => Directory.Exists(FsOf(layer));

    /// <summary>Makes a layer of the draft's <see cref="LayerDraft.Fs"/>.</summary>
    /// <param name="latest">Seconds since 1970 that no file is left younger than; null to leave the times.</param>
    internal Digest Add(LayerDraft draft, long? latest, CancellationToken cancellation)
    {
        var layer = LayerSealer.Seal(draft.Fs, latest, draft.Recorded, cancellation);
        var place = Path.Combine(home.Layers, layer.Digest.Hex);
        if (Contains(layer.Digest)) return layer.Digest;
        var whole = Directory.CreateDirectory(Path.Combine(draft.Path, "layer")).FullName;
        LayerIndex.Write(Path.Combine(whole, "index"), layer);
        Directory.Move(draft.Fs, Path.Combine(whole, "fs"));
        using (var folder = Folder.Open(whole)) LayerCalls.Flush(folder);
        Directory.CreateDirectory(home.Layers);
        try
        {
            Directory.Move(whole, place);
        }
        catch (IOException) when (Contains(layer.Digest))
        {
            // Another process made the same layer meanwhile.
        }
        return layer.Digest;
    }

    /// <summary>Bytes of the layer's files.</summary>
    public long SizeOf(Digest layer) => Head(layer).ContentBytes;

    internal long TarSizeOf(Digest layer) => Head(layer).TarBytes;

    public IEnumerable<Digest> List() => Directory.Exists(home.Layers)
        ? Directory.EnumerateDirectories(home.Layers).Select(path => Path.GetFileName(path)).Where(name => Digest.IsHex(name)).Select(hex => new Digest(hex))
        : [];

    /// <summary>Removes a layer; nothing when it is not there.</summary>
    public void Delete(Digest layer)
    {
        var place = Path.Combine(home.Layers, layer.Hex);
        if (!Directory.Exists(place)) return;
        // Out of its place first: half a layer is never seen.
        using var draft = NewDraft();
        Directory.Move(place, Path.Combine(draft.Path, "removed"));
    }

    internal LayerIndex Index(Digest layer) => Reading(layer, LayerIndex.Read);

    private LayerIndex Head(Digest layer) => Reading(layer, LayerIndex.ReadHead);

    private LayerIndex Reading(Digest layer, Func<string, LayerIndex> read)
    {
        try
        {
            var index = read(Path.Combine(home.Layers, layer.Hex, "index"));
            return index.Digest == layer ? index : throw new FormatException("it is another layer's");
        }
        catch (Exception broken) when (broken is IOException or FormatException or OverflowException)
        {
            throw Corrupt(layer, $"its index cannot be used: {broken.Message}");
        }
    }

    /// <summary>The refusal that names a layer that is missing or damaged.</summary>
    public RefusalException Corrupt(Digest layer, string reason) => RefusalException.Unable(
        $"layer {layer} is damaged: {reason}. Remove {Path.Combine(home.Layers, layer.Hex)} and build the environment again (or import "
        + "the image again)");
}
