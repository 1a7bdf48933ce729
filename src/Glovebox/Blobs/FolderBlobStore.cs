using System.Security.Cryptography;
using Glovebox.Files;
using Microsoft.Win32.SafeHandles;

namespace Glovebox.Blobs;

/// <summary>
/// Blobs as read-only files of one folder: <c>ab/abcdef…</c>, 64 digits. A blob is written to <c>incoming/</c> and renamed into its
/// place, so it is there whole or not at all, and two writers of one blob do no harm. Nothing is flushed to the disk here: after a power
/// failure a blob can be short, which its digest shows, and the next writer of the same bytes mends it.
/// </summary>
public sealed class FolderBlobStore(string folder) : IBlobStore
{
    private readonly BlobFolder _folder = new(Path.GetFullPath(folder));

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
        if (_folder.Holds(blob)) return blob.Id;
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
            if (present.Id == id && _folder.Holds(present)) return present;
            FileContent.Seek(file, 0, path);
            count = FileContent.Fill(file, block, path);
        }
        using var incoming = new IncomingBlob(_folder, FileContent.Stat(file, path).Size);
        var stored = incoming.Take(file, path, block.AsSpan(0, count));
        incoming.Finish(stored);
        return stored;
    }

    /// <inheritdoc/>
    public bool Contains(BlobId id) => _folder.Contains(id);

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
        using var blob = _folder.Open(id, out var blobPath);
        var copied = FileContent.TryClone(blob, file)
            ? ContentCopy.Hash(file, path)
            : ContentCopy.Copy(blob, blobPath, [], file, path);
        if (copied.Id != id) throw new CorruptBlobException(id, blobPath);
    }

    /// <inheritdoc/>
    public byte[] Read(BlobId id)
    {
        using var blob = _folder.Open(id, out var path);
        var bytes = GC.AllocateUninitializedArray<byte>(checked((int)FileContent.Stat(blob, path).Size));
        var count = FileContent.Fill(blob, bytes, path);
        return count == bytes.Length && Digest(bytes) == id ? bytes : throw new CorruptBlobException(id, path);
    }

    /// <inheritdoc/>
    public Stream Open(BlobId id) => new FileStream(_folder.Open(id, out _), FileAccess.Read, bufferSize: 0);

    /// <inheritdoc/>
    public void Verify(BlobId id)
    {
        using var blob = _folder.Open(id, out var path);
        if (ContentCopy.Hash(blob, path).Id != id) throw new CorruptBlobException(id, path);
    }

    /// <inheritdoc/>
    public IEnumerable<(BlobId Id, long Size)> List() => _folder.List();

    /// <inheritdoc/>
    public void Delete(BlobId id) => _folder.Delete(id);

    private static BlobId Digest(ReadOnlySpan<byte> content)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, digest);
        return BlobId.Of(digest);
    }
}
