using System.Security.Cryptography;
using Glovebox.Api;
using Glovebox.Files;
using Glovebox.Images.Tar;

namespace Glovebox.Images.Layers;

/// <summary>
/// Reads a finished directory once and says what layer it is: its entries and the SHA-256 of its tar. What a layer cannot hold (devices,
/// sockets, pipes) is removed from the directory, and times later than the limit are set back, so that a box's clock leaves no mark.
/// </summary>
/// <param name="latest">Seconds since 1970 that no file is younger than; null to leave all times.</param>
/// <param name="recorded">Owners and modes that the directory does not show, by path (an ordinary user's import).</param>
internal sealed class LayerSealer(long? latest, IReadOnlyDictionary<string, TarEntry>? recorded)
{
    private readonly bool _ordinaryUser = Libc.EffectiveUser() != 0;
    private readonly List<LayerEntry> _entries = [];
    private readonly Dictionary<ulong, string> _firstNames = [];
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(256 * 1024);

    public static SealedLayer Seal(string fs, long? latest, IReadOnlyDictionary<string, TarEntry>? recorded, CancellationToken cancellation)
    {
        using var digest = new DigestStream(Stream.Null);
        var sealer = new LayerSealer(latest, recorded);
        var tar = new TarWriter(digest);
        using (var root = Folder.Open(fs)) LayerWalk.Visit(root, path => sealer.Take(path, tar), cancellation);
        tar.End();
        return new SealedLayer(digest.Finish(), digest.Length, sealer._entries);
    }

    private void Take(LayerPath path, TarWriter tar)
    {
        var modified = SetBack(path);
        var state = path.State;
        switch (state.Kind)
        {
            case FileKind.Folder:
                if (LayerCalls.IsRedirected(path.Self!))
                    throw RefusalException.Unable(
                        $"directory {path.Path} was renamed in an overlay mounted with redirect_dir: switch it off "
                        + "(/sys/module/overlay/parameters/redirect_dir)");
                Add(New(path, LayerEntryKind.Directory, modified) with { Opaque = LayerCalls.IsOpaque(path.Self!) }, tar);
                break;
            case FileKind.Link:
                Add(New(path, LayerEntryKind.Symlink, modified) with { Target = PathBytes.ToText(path.Parent.ReadLink(path.Name)) }, tar);
                break;
            case FileKind.CharacterDevice when state.DeviceNode == 0:
                Add(new LayerEntry(path.Path, LayerEntryKind.Whiteout, 0, 0, 0, 0), tar);
                break;
            case FileKind.File when state.Links > 1 && !_firstNames.TryAdd(state.Inode, path.Path):
                Add(New(path, LayerEntryKind.HardLink, modified) with { Target = _firstNames[state.Inode] }, tar);
                break;
            case FileKind.File:
                TakeFile(path, modified, tar);
                break;
            default:
                path.Parent.DeleteFile(path.Name);
                break;
        }
    }

    private long SetBack(LayerPath path)
    {
        var seconds = Math.DivRem(path.State.Modified, 1_000_000_000, out var fraction);
        if (fraction < 0) seconds--;
        if (latest is null || (seconds < latest || seconds == latest && fraction == 0)) return seconds;
        LayerCalls.SetModified(path.Parent, path.Name, latest.Value);
        return latest.Value;
    }

    private LayerEntry New(LayerPath path, LayerEntryKind kind, long modified)
    {
        if (recorded?.GetValueOrDefault(path.Path) is { } known)
            return new LayerEntry(path.Path, kind, known.Mode, known.User, known.Group, modified);
        // What belongs to an ordinary user here belonged to root in his box, which knows no one else.
        var (user, group) = _ordinaryUser ? (0, 0) : (path.State.User, path.State.Group);
        return new LayerEntry(path.Path, kind, path.State.Permissions, user, group, modified);
    }

    private void Add(LayerEntry entry, TarWriter tar)
    {
        tar.Header(entry.InTar());
        if (entry.Opaque) tar.Header(entry.OpaqueMark());
        _entries.Add(entry);
    }

    private void TakeFile(LayerPath path, long modified, TarWriter tar)
    {
        using var file = path.Parent.OpenFile(path.Name);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var size = path.State.Size;
        var entry = New(path, LayerEntryKind.File, modified) with
        {
            Size = size,
            Capability = recorded?.GetValueOrDefault(path.Path)?.Capability ?? LayerCalls.ReadCapability(file),
        };
        tar.Header(entry.InTar());
        for (var left = size; left > 0;)
        {
            var read = FileContent.Fill(file, _buffer.AsSpan(0, (int)Math.Min(left, _buffer.Length)), path.Path);
            if (read == 0) throw new IOException($"{path.Parent.PathOf(path.Name)} became shorter while it was read");
            hash.AppendData(_buffer.AsSpan(0, read));
            tar.Content(_buffer.AsSpan(0, read));
            left -= read;
        }
        tar.EndContent(size);
        _entries.Add(entry with { Content = Convert.ToHexStringLower(hash.GetHashAndReset()) });
    }
}

/// <summary>A directory that was read to its end.</summary>
/// <param name="Digest">Of its tar: the layer's diff id.</param>
/// <param name="TarBytes">Length of that tar.</param>
internal sealed record SealedLayer(Digest Digest, long TarBytes, IReadOnlyList<LayerEntry> Entries);
