using System.IO.Compression;
using System.Security.Cryptography;
using Glovebox.Files;
using Microsoft.Win32.SafeHandles;

namespace Glovebox.Blobs.Packs;

/// <summary>Puts the small blobs of a batch into packs when they are many; a few get files of their own, as do large ones.</summary>
/// <param name="fewest">So many are many.</param>
internal sealed class PackingBatch(FolderBlobStore store, BlobFolder folder, int fewest) : IBlobBatch
{
    /// <summary>Bytes of a pack: what gc may have to copy to free a part of it.</summary>
    private const int LargestPack = 128 << 20;

    /// <summary>The fastest that Brotli has: text becomes a third.</summary>
    private const int Quality = 1, Window = 18;

    [ThreadStatic] private static byte[]? _room;

    private readonly Lock _gate = new();
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly List<byte[]> _few = [];
    private PackWriter? _pack;

    public StoredBlob PutFile(SafeFileHandle file, string path)
    {
        var block = ContentCopy.Block;
        var count = FileContent.Fill(file, block, path);
        if (count == block.Length) return store.PutLarge(file, path, block);
        var bytes = block.AsSpan(0, count);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, digest);
        var blob = new StoredBlob(BlobId.Of(digest), count);
        if (IsNew(blob)) Add(blob, bytes);
        return blob;
    }

    public void Finish()
    {
        if (_pack is null) _few.ForEach(bytes => store.Put(bytes));
        _pack?.Finish();
    }

    public void Dispose() => _pack?.Dispose();

    private bool IsNew(StoredBlob blob)
    {
        lock (_gate)
        {
            if (!_taken.Add(blob.Id.Hex)) return false;
        }
        return !store.Holds(blob);
    }

    private void Add(StoredBlob blob, ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_few.Count < fewest - 1)
            {
                _few.Add(bytes.ToArray());
                return;
            }
        }
        var stored = Compressed(bytes);
        lock (_gate)
        {
            if (_pack is null) AddTheFew();
            Append(blob.Id, stored, bytes.Length);
        }
    }

    private void AddTheFew()
    {
        foreach (var bytes in _few) Append(BlobId.Of(SHA256.HashData(bytes)), Compressed(bytes), bytes.Length);
    }

    private void Append(BlobId id, ReadOnlySpan<byte> stored, int size)
    {
        if (_pack is { } full && full.Length + stored.Length > LargestPack)
        {
            full.Finish();
            full.Dispose();
            _pack = null;
        }
        _pack ??= new PackWriter(folder);
        _pack.Add(id, stored, size, stored.Length < size ? PackedBlob.CheckOf(stored) : 0);
    }

    /// <summary>The bytes in fewer, or as they are when an eighth is not gained.</summary>
    private static ReadOnlySpan<byte> Compressed(ReadOnlySpan<byte> bytes)
    {
        var room = _room ??= GC.AllocateUninitializedArray<byte>(ContentCopy.BlockSize);
        return BrotliEncoder.TryCompress(bytes, room.AsSpan(0, bytes.Length - bytes.Length / 8), out var written, Quality, Window)
            && written < bytes.Length ? room.AsSpan(0, written) : bytes;
    }
}
