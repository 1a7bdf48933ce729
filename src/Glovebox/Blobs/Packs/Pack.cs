using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Glovebox.Blobs.Packs;

/// <summary>
/// Small blobs in one file: their bytes one behind the other, each as it is or compressed with Brotli (RFC 7932), then the
/// <see cref="PackIndex"/>. A pack is never changed. Held open as long as it is used: who reads from one that gc has replaced goes on reading.
/// </summary>
internal sealed class Pack
{
    /// <summary>Compressed bytes on their way; what they stand for goes to <see cref="ContentCopy.Block"/>.</summary>
    [ThreadStatic] private static byte[]? _room;

    private readonly SafeFileHandle _file;
    private readonly PackIndex? _index;

    public Pack(string name, string path, SafeFileHandle file)
    {
        (Name, Path, _file) = (name, path, file);
        PathBytes = Files.PathBytes.FromText(path);
        _index = PackIndex.Read(file, name);
    }

    /// <summary>64 hexadecimal digits: the SHA-256 of its index.</summary>
    public string Name { get; }

    public string Path { get; }

    public byte[] PathBytes { get; }

    /// <summary>Its index is not what it was: nobody can tell what it holds.</summary>
    public bool IsDamaged => _index is null;

    public PackIndex Index => _index ?? PackIndex.Empty;

    /// <summary>A blob's bytes, verified; valid until this thread's next reading.</summary>
    /// <exception cref="CorruptBlobException">They are not what the digest says.</exception>
    public ReadOnlySpan<byte> Read(PackedBlob blob)
    {
        var bytes = ReadUnverified(blob);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, digest);
        return BlobId.Of(digest) == blob.Id ? bytes : throw new CorruptBlobException(blob.Id, Path);
    }

    /// <summary>As the other, the bytes as they are there.</summary>
    /// <exception cref="CorruptBlobException">They cannot be read at all.</exception>
    public ReadOnlySpan<byte> ReadUnverified(PackedBlob blob)
    {
        if (blob.Size is < 0 or > ContentCopy.BlockSize || blob.Stored < 0 || blob.Stored > blob.Size) throw new CorruptBlobException(blob.Id, Path);
        var stored = ReadStored(blob);
        if (blob.Stored == blob.Size) return stored;
        var bytes = ContentCopy.Block.AsSpan(0, blob.Size);
        if (PackedBlob.CheckOf(stored) != blob.Check) throw new CorruptBlobException(blob.Id, Path);
        return BrotliDecoder.TryDecompress(stored, bytes, out var written) && written == blob.Size ? bytes : throw new CorruptBlobException(blob.Id, Path);
    }

    /// <summary>What stands in the file for a blob, to be carried to another pack.</summary>
    public ReadOnlySpan<byte> ReadStored(PackedBlob blob)
    {
        var room = _room ??= GC.AllocateUninitializedArray<byte>(ContentCopy.BlockSize);
        var stored = room.AsSpan(0, blob.Stored);
        return PackIndex.Fill(_file, stored, blob.Offset) ? stored : throw new CorruptBlobException(blob.Id, Path);
    }
}
