using System.Security.Cryptography;
using Glovebox.Blobs.Packs;
using Glovebox.Files;
using Microsoft.Win32.SafeHandles;

namespace Glovebox.Blobs;

/// <summary>
/// Blobs as read-only files of one folder: <c>ab/abcdef…</c>, 64 digits; many small ones that came together in a pack,
/// <c>packs/…pack</c>. A file is written to <c>incoming/</c> and renamed into its place, so it is there whole or not at all, and two writers of
/// one blob do no harm. Files of single blobs are not flushed to the disk: after a power failure one can be short, which its digest shows, and
/// the next writer of the same bytes mends it.
/// </summary>
public sealed class FolderBlobStore : IBlobStore
{
    /// <summary>Fewer small files at a time are not worth a pack: packs should stay few.</summary>
    private const int FewestPacked = 64;

    private readonly BlobFolder _folder;
    private readonly PackFolder _packs;
    private readonly int _fewestPacked;

    public FolderBlobStore(string folder)
        : this(folder, FewestPacked)
    {
    }

    /// <param name="fewestPacked">So many small files of a batch make a pack.</param>
    internal FolderBlobStore(string folder, int fewestPacked)
    {
        _folder = new BlobFolder(Path.GetFullPath(folder));
        _packs = new PackFolder(_folder);
        _fewestPacked = fewestPacked;
    }

    /// <inheritdoc/>
    public async Task<BlobId> PutAsync(Stream content, CancellationToken cancellation)
    {
        using var incoming = new IncomingBlob(_folder, content.CanSeek ? content.Length - content.Position : 0);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = GC.AllocateUninitializedArray<byte>(ContentCopy.BlockSize);
        var size = 0L;
        while (await content.ReadAsync(block, cancellation) is var count and > 0)
        {
            hash.AppendData(block, 0, count);
            incoming.Write(block.AsSpan(0, count));
            size += count;
        }
        return incoming.Finish(new StoredBlob(BlobId.Of(hash.GetHashAndReset()), size));
    }

    /// <inheritdoc/>
    public BlobId Put(ReadOnlySpan<byte> content)
    {
        var blob = new StoredBlob(Digest(content), content.Length);
        if (Holds(blob)) return blob.Id;
        using var incoming = new IncomingBlob(_folder, content.Length);
        incoming.Write(content);
        return incoming.Finish(blob);
    }

    /// <inheritdoc/>
    public BlobId PutFile(string path)
    {
        using var parent = Folder.Open(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/");
        using var file = parent.OpenFile(PathBytes.FromText(Path.GetFileName(path)));
        return PutFile(file, path).Id;
    }

    /// <inheritdoc/>
    public StoredBlob PutFile(SafeFileHandle file, string path, BlobId? expected = null)
    {
        var block = ContentCopy.Block;
        var count = FileContent.Fill(file, block, path);
        if (count < block.Length)
        {
            var whole = block.AsSpan(0, count);
            return new StoredBlob(Put(whole), count);
        }
        if (expected is { } id && Contains(id))
        {
            FileContent.Seek(file, 0, path);
            var present = ContentCopy.Hash(file, path);
            if (present.Id == id && Holds(present)) return present;
            FileContent.Seek(file, 0, path);
            count = FileContent.Fill(file, block, path);
        }
        return PutLarge(file, path, block.AsSpan(0, count));
    }

    /// <inheritdoc/>
    public IBlobBatch Batch()
    {
        _folder.Prepare();
        return new PackingBatch(this, _folder, _fewestPacked);
    }

    /// <summary>Stores the rest of an open file behind what was read of it.</summary>
    internal StoredBlob PutLarge(SafeFileHandle file, string path, ReadOnlySpan<byte> read)
    {
        using var incoming = new IncomingBlob(_folder, FileContent.Stat(file, path).Size);
        var stored = incoming.Take(file, path, read);
        incoming.Finish(stored);
        return stored;
    }

    /// <summary>True when the blob need not be written. Packs that others have just made are not looked for: a blob in two of them does no harm.</summary>
    internal bool Holds(StoredBlob blob) => (_packs.Holds(blob.Id, out var packed, again: false) && packed.Size == blob.Size) || _folder.Holds(blob);

    /// <inheritdoc/>
    public bool Contains(BlobId id) =>
        _packs.Holds(id, out _, again: false) || _folder.Contains(id) || _packs.Holds(id, out _);

    /// <inheritdoc/>
    public string? RemovalStamp => RemovalMark.Read(_folder.Path);

    /// <inheritdoc/>
    public void CopyToFile(BlobId id, string path)
    {
        using var parent = Folder.Open(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/");
        var name = PathBytes.FromText(Path.GetFileName(path));
        if (parent.Stat(name) is not null) throw new FileException("create", path, Errno.Exists);
        var temporary = AtomicFile.TemporaryName();
        try
        {
            using (var file = parent.CreateFile(temporary, 0x1B6)) CopyTo(id, file, path);
            parent.Rename(temporary, parent, name);
        }
        catch
        {
            parent.DeleteFile(temporary);
            throw;
        }
    }

    /// <inheritdoc/>
    public void CopyTo(BlobId id, SafeFileHandle file, string path)
    {
        using var blob = _folder.TryOpen(id, out var blobPath);
        if (blob is null)
        {
            FileContent.Write(file, ReadPacked(id), path);
            return;
        }
        var copied = FileContent.TryClone(blob, file)
            ? ContentCopy.Hash(file, path)
            : ContentCopy.Copy(blob, blobPath, [], file, path);
        if (copied.Id != id) throw new CorruptBlobException(id, blobPath);
    }

    /// <inheritdoc/>
    public byte[] Read(BlobId id)
    {
        using var blob = _folder.TryOpen(id, out var path);
        if (blob is null) return ReadPacked(id).ToArray();
        var bytes = GC.AllocateUninitializedArray<byte>(checked((int)FileContent.Stat(blob, path).Size));
        var count = FileContent.Fill(blob, bytes, path);
        return count == bytes.Length && Digest(bytes) == id ? bytes : throw new CorruptBlobException(id, path);
    }

    /// <inheritdoc/>
    public Stream Open(BlobId id)
    {
        if (_folder.TryOpen(id, out _) is { } file) return new FileStream(file, FileAccess.Read, bufferSize: 0);
        var pack = _packs.Find(id, out var packed) ?? throw new BlobNotFoundException(id);
        return new MemoryStream(pack.ReadUnverified(packed).ToArray(), writable: false);
    }

    /// <inheritdoc/>
    public void Verify(BlobId id)
    {
        using var blob = _folder.TryOpen(id, out var path);
        if (blob is null) ReadPacked(id);
        else if (ContentCopy.Hash(blob, path).Id != id) throw new CorruptBlobException(id, path);
    }

    /// <inheritdoc/>
    public string PathOf(BlobId id) => _folder.Contains(id) || _packs.Find(id, out _) is not { } pack ? _folder.FileOf(id) : pack.Path;

    /// <inheritdoc/>
    public IEnumerable<(BlobId Id, long Size)> List() =>
        _folder.List().Concat(_packs.List().SelectMany(pack => pack.Index.List()).Select(blob => (blob.Id, (long)blob.Stored + PackIndex.EntrySize)));

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, string Path)> DamagedPacks() => [.. _packs.List().Where(pack => pack.IsDamaged).Select(pack => (pack.Name, pack.Path))];

    /// <inheritdoc/>
    public void Delete(IReadOnlySet<BlobId> ids, CancellationToken cancellation)
    {
        if (ids.Count == 0 || !Directory.Exists(_folder.Path)) return;
        // Before, for a crash in between; after, for who looked in between.
        RemovalMark.Change(_folder.Path);
        foreach (var id in ids)
        {
            cancellation.ThrowIfCancellationRequested();
            _folder.Delete(id);
        }
        _packs.Remove(ids, _folder.Contains, cancellation);
        RemovalMark.Change(_folder.Path);
    }

    /// <summary>A blob that has no file of its own, verified; valid until this thread's next reading.</summary>
    private ReadOnlySpan<byte> ReadPacked(BlobId id) => (_packs.Find(id, out var packed) ?? throw new BlobNotFoundException(id)).Read(packed);

    private static BlobId Digest(ReadOnlySpan<byte> content)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, digest);
        return BlobId.Of(digest);
    }
}
