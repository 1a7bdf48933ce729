using Glovebox.Api;
using Glovebox.Blobs.Packs;
using Glovebox.Files;
using Microsoft.Win32.SafeHandles;

namespace Glovebox.Blobs;

/// <summary>Where each blob's file is, and what the folder's disk says.</summary>
internal sealed class BlobFolder
{
    private const int Digits = 64, FanOut = 2;
    private const string Packs = "packs", PackEnding = ".pack";

    /// <summary>The folder's bytes with a slash behind: the front of every blob's path.</summary>
    private readonly byte[] _front;

    /// <summary>Open for as long as the process lives. A folder that was put in its place later is only not looked into.</summary>
    private Folder? _opened;

    public BlobFolder(string path)
    {
        Path = path;
        _front = [.. PathBytes.FromText(path), (byte)'/'];
    }

    public string Path { get; }

    private string Incoming => System.IO.Path.Join(Path, "incoming");

    /// <summary>Asks from the open folder: a capture asks once a file, and a short path is looked up in half the time.</summary>
    public bool Contains(BlobId id)
    {
        Span<byte> path = stackalloc byte[FanOut + 1 + Digits];
        Write(id, path);
        return Opened() is { } folder && folder.Exists(path);
    }

    /// <summary>True when there is a file for the blob with its size; one of another size is what a power failure left.</summary>
    public bool Holds(StoredBlob blob) => Folder.WholePaths.TryStat(PathOf(blob.Id), out var state, out _) && state.Size == blob.Size;

    /// <summary>Null when the blob has no file of its own.</summary>
    public SafeFileHandle? TryOpen(BlobId id, out string path)
    {
        var bytes = PathOf(id);
        path = PathBytes.ToText(bytes);
        var file = Folder.WholePaths.TryOpenFile(bytes, out var errno);
        return file is not null || errno == Errno.NotFound ? file : throw new FileException("open blob", path, errno);
    }

    /// <summary>Removes a blob's own file; nothing when it has none.</summary>
    public void Delete(BlobId id) => Folder.WholePaths.DeleteFile(PathOf(id));

    /// <summary>Makes the file of a blob that is on its way in.</summary>
    public SafeFileHandle Create(out byte[] path)
    {
        const int ReadOnly = 0x124;
        path = [.. _front, .. "incoming/"u8, .. AtomicFile.TemporaryName()];
        if (Folder.WholePaths.TryCreateFile(path, ReadOnly, out var errno) is { } file) return file;
        if (errno != Errno.NotFound) throw new FileException("create", PathBytes.ToText(path), errno);
        Make();
        return Folder.WholePaths.CreateFile(path, ReadOnly);
    }

    /// <summary>Has the folder there.</summary>
    public void Prepare()
    {
        if (Directory.Exists(Incoming)) return;
        try
        {
            Make();
        }
        catch (FileException failure)
        {
            throw Refuse(failure, 0);
        }
    }

    /// <summary>Moves a finished file into its place.</summary>
    public void Place(byte[] incoming, BlobId id) => Place(incoming, PathOf(id), id.Hex[..FanOut]);

    /// <summary>As the other, for a pack.</summary>
    public void PlacePack(byte[] incoming, string name)
    {
        Place(incoming, PathBytes.FromText(PathOfPack(name)), Packs);
        using var folder = Folder.Open(System.IO.Path.Join(Path, Packs));
        folder.Flush();
    }

    /// <summary>The names of the packs that are there.</summary>
    public IEnumerable<string> PackNames()
    {
        var path = System.IO.Path.Join(Path, Packs);
        if (!Directory.Exists(path)) return [];
        using var folder = Folder.Open(path);
        return folder.List().Select(entry => PathBytes.ToText(entry.Name))
            .Where(name => name.EndsWith(PackEnding, StringComparison.Ordinal) && BlobId.IsValid(name.AsSpan()[..^PackEnding.Length]))
            .Select(name => name[..^PackEnding.Length]).ToList();
    }

    /// <summary>Null when it has gone.</summary>
    public Pack? TryOpenPack(string name)
    {
        var path = PathOfPack(name);
        var file = Folder.WholePaths.TryOpenFile(PathBytes.FromText(path), out var errno);
        if (file is not null) return new Pack(name, path, file);
        return errno == Errno.NotFound ? null : throw new FileException("open", path, errno);
    }

    /// <summary>The file that a blob has, or would have, of its own.</summary>
    public string FileOf(BlobId id) => PathBytes.ToText(PathOf(id));

    /// <summary>The blobs that have files of their own.</summary>
    public IEnumerable<(BlobId Id, long Size)> List()
    {
        if (!Directory.Exists(Path)) yield break;
        using var root = Folder.Open(Path);
        foreach (var fan in root.List())
        {
            if (fan.Name.Length != FanOut || root.TryOpenFolder(fan.Name, out _) is not { } opened) continue;
            using var folder = opened;
            foreach (var (name, _) in folder.List())
            {
                var hex = PathBytes.ToText(name);
                if (BlobId.IsValid(hex) && folder.Stat(name) is { Kind: FileKind.File } state) yield return (new BlobId(hex), state.Size);
            }
        }
    }

    /// <summary>What the user hears when the store's disk does not take a blob.</summary>
    public RefusalException Refuse(FileException failure, long needed)
    {
        if (!failure.IsFull)
            return RefusalException.Unable($"{failure.Message}. Make {Path} writable, or set GLOVEBOX_HOME to a place that is");
        return RefusalException.Unable(
            $"no space left in {Path}: {needed} bytes are needed, {new DriveInfo(Path).AvailableFreeSpace} are free. " +
            "Free some (glovebox gc), or set GLOVEBOX_HOME to a larger disk");
    }

    private void Make()
    {
        MakeFolder(Incoming);
        RemovalMark.Prepare(Path);
    }

    private void Place(byte[] incoming, byte[] place, string folder)
    {
        if (Folder.WholePaths.TryRename(incoming, Folder.WholePaths, place, out var errno)) return;
        if (errno != Errno.NotFound) throw new FileException("rename to", PathBytes.ToText(place), errno);
        MakeFolder(System.IO.Path.Join(Path, folder));
        Folder.WholePaths.Rename(incoming, Folder.WholePaths, place);
    }

    private string PathOfPack(string name) => System.IO.Path.Join(Path, Packs, name + PackEnding);

    private static void MakeFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or (IOException and not FileException))
        {
            throw new FileException("make directory", path, failure is UnauthorizedAccessException ? Errno.AccessDenied : failure.HResult);
        }
    }

    private byte[] PathOf(BlobId id)
    {
        var path = GC.AllocateUninitializedArray<byte>(_front.Length + FanOut + 1 + Digits);
        _front.CopyTo(path, 0);
        Write(id, path.AsSpan(_front.Length));
        return path;
    }

    /// <summary>Writes "ab/abcdef…".</summary>
    private static void Write(BlobId id, Span<byte> path)
    {
        if (!BlobId.IsValid(id.Hex)) throw new ArgumentException($"'{id}' is not a digest");
        var hex = path[(FanOut + 1)..];
        for (var i = 0; i < Digits; i++) hex[i] = (byte)id.Hex[i];
        hex[..FanOut].CopyTo(path);
        path[FanOut] = (byte)'/';
    }

    private Folder? Opened()
    {
        if (_opened is not null || !Directory.Exists(Path)) return _opened;
        var folder = Folder.Open(Path);
        if (Interlocked.CompareExchange(ref _opened, folder, null) is not null) folder.Dispose();
        return _opened;
    }
}
