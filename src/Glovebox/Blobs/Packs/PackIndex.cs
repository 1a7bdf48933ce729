using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Glovebox.Blobs.Packs;

/// <summary>Where a blob is in a pack.</summary>
/// <param name="Check">Of compressed bytes the first four of their SHA-256, for some changes of them change nothing that comes out; else 0.</param>
/// <param name="Stored">Bytes there; fewer than <paramref name="Size"/> when they are compressed.</param>
/// <param name="Size">Bytes of the blob.</param>
internal sealed record PackedBlob(BlobId Id, int Offset, uint Check, int Stored, int Size)
{
    public static uint CheckOf(ReadOnlySpan<byte> compressed)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(compressed, digest);
        return BinaryPrimitives.ReadUInt32LittleEndian(digest);
    }
}

/// <summary>
/// What a pack holds: the end of its file. An entry has 48 bytes: the digest (32), the offset, the check, the bytes stored and the
/// blob's size (4 each), numbers little-endian; entries are in the order of their digests. Behind them come the SHA-256 of the entries (32), which is also the pack's
/// name, their number (8), and 8 bytes that name the format.
/// </summary>
internal sealed class PackIndex
{
    public const int EntrySize = DigestSize + 16;

    private const int DigestSize = SHA256.HashSizeInBytes, FooterSize = DigestSize + 16;

    private readonly byte[] _entries;

    private PackIndex(byte[] entries) => _entries = entries;

    public static PackIndex Empty { get; } = new([]);

    public int Count => _entries.Length / EntrySize;

    private static ReadOnlySpan<byte> Magic => "GBPACK01"u8;

    /// <summary>The end of a pack's file, and the pack's name.</summary>
    public static byte[] Write(List<PackedBlob> blobs, out string name)
    {
        blobs.Sort(static (a, b) => string.CompareOrdinal(a.Id.Hex, b.Id.Hex));
        var bytes = new byte[blobs.Count * EntrySize + FooterSize];
        for (var i = 0; i < blobs.Count; i++)
        {
            var entry = bytes.AsSpan(i * EntrySize, EntrySize);
            Convert.FromHexString(blobs[i].Id.Hex, entry, out _, out _);
            BinaryPrimitives.WriteInt32LittleEndian(entry[DigestSize..], blobs[i].Offset);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[(DigestSize + 4)..], blobs[i].Check);
            BinaryPrimitives.WriteInt32LittleEndian(entry[(DigestSize + 8)..], blobs[i].Stored);
            BinaryPrimitives.WriteInt32LittleEndian(entry[(DigestSize + 12)..], blobs[i].Size);
        }
        var footer = bytes.AsSpan(blobs.Count * EntrySize);
        var digest = SHA256.HashData(bytes.AsSpan(0, blobs.Count * EntrySize));
        digest.CopyTo(footer);
        BinaryPrimitives.WriteInt64LittleEndian(footer[DigestSize..], blobs.Count);
        Magic.CopyTo(footer[(DigestSize + 8)..]);
        name = Convert.ToHexStringLower(digest);
        return bytes;
    }

    /// <summary>Null when it is not what it was when the pack was written.</summary>
    /// <param name="name">The pack's.</param>
    public static PackIndex? Read(SafeFileHandle pack, string name)
    {
        var length = RandomAccess.GetLength(pack);
        Span<byte> footer = stackalloc byte[FooterSize];
        if (length < FooterSize || !Fill(pack, footer, length - FooterSize) || !footer.EndsWith(Magic)) return null;
        var count = BinaryPrimitives.ReadInt64LittleEndian(footer[DigestSize..]);
        if (count < 0 || count > (length - FooterSize) / EntrySize) return null;
        var entries = GC.AllocateUninitializedArray<byte>(checked((int)count * EntrySize));
        if (!Fill(pack, entries, length - FooterSize - entries.Length)) return null;
        var digest = SHA256.HashData(entries);
        return digest.AsSpan().SequenceEqual(footer[..DigestSize]) && Convert.ToHexStringLower(digest) == name ? new PackIndex(entries) : null;
    }

    /// <param name="digest">The id's bytes.</param>
    public bool TryFind(BlobId id, ReadOnlySpan<byte> digest, out PackedBlob blob)
    {
        for (int low = 0, high = Count; low < high;)
        {
            var middle = (low + high) / 2;
            var order = Entry(middle)[..DigestSize].SequenceCompareTo(digest);
            if (order == 0)
            {
                blob = At(middle, id);
                return true;
            }
            if (order < 0) low = middle + 1;
            else high = middle;
        }
        blob = null!;
        return false;
    }

    public IEnumerable<PackedBlob> List()
    {
        for (var i = 0; i < Count; i++) yield return At(i, BlobId.Of(Entry(i)[..DigestSize]));
    }

    /// <returns>False when the file ends before the bytes do.</returns>
    internal static bool Fill(SafeFileHandle file, Span<byte> bytes, long offset)
    {
        while (!bytes.IsEmpty)
        {
            var count = RandomAccess.Read(file, bytes, offset);
            if (count == 0) return false;
            offset += count;
            bytes = bytes[count..];
        }
        return true;
    }

    private PackedBlob At(int index, BlobId id)
    {
        var numbers = Entry(index)[DigestSize..];
        return new PackedBlob(
            id, BinaryPrimitives.ReadInt32LittleEndian(numbers), BinaryPrimitives.ReadUInt32LittleEndian(numbers[4..]),
            BinaryPrimitives.ReadInt32LittleEndian(numbers[8..]), BinaryPrimitives.ReadInt32LittleEndian(numbers[12..]));
    }

    private ReadOnlySpan<byte> Entry(int index) => _entries.AsSpan(index * EntrySize, EntrySize);
}
