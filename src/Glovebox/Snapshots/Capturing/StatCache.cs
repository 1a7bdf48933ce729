using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Glovebox.Blobs;
using Glovebox.Files;

namespace Glovebox.Snapshots.Capturing;

/// <summary>
/// What the files of one root held when they were last read, by their state: a file with the same path, device, inode, size and times has
/// the same bytes. The file is the hash table itself: 8 bytes of name and version, the number of slots, the SHA-256 of the store's removal
/// stamp, the slots of 80 bytes (hash of the path, device, inode, size, mtime, ctime as 8 little-endian bytes each, then the SHA-256 of the
/// content), the SHA-256 of all that. What does not check out is dropped whole.
/// </summary>
internal sealed class StatCache
{
    private const int HeaderSize = 16 + SHA256.HashSizeInBytes, SlotSize = 48 + SHA256.HashSizeInBytes;

    private readonly byte[] _table;
    private readonly int _slots;
    private StatCache? _other;

    private StatCache(byte[] table, int slots)
    {
        _table = table;
        _slots = slots;
    }

    private static ReadOnlySpan<byte> Magic => "GBSTAT02"u8;

    /// <summary>True when no blob that was in the store when this was written has been removed since.</summary>
    public bool IsOf(string? removalStamp) =>
        _slots > 0 && removalStamp is not null && _table.AsSpan(16, SHA256.HashSizeInBytes).SequenceEqual(HashStamp(removalStamp));

    /// <summary>Where the cache of a root is.</summary>
    public static string FileOf(string cacheFolder, string root) =>
        Path.Join(cacheFolder, "trees", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(root))).AsSpan(0, 16)));

    /// <summary>Reads a cache; an empty one when there is none that can be trusted.</summary>
    public static StatCache Load(string file)
    {
        try
        {
            var bytes = File.ReadAllBytes(file);
            if (IsWhole(bytes)) return new StatCache(bytes, (bytes.Length - HeaderSize - SHA256.HashSizeInBytes) / SlotSize);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Without a cache everything is read, which is right and only slower.
        }
        return new StatCache([], 0);
    }

    private static bool IsWhole(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderSize + SHA256.HashSizeInBytes || !bytes.StartsWith(Magic)) return false;
        var slots = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        var body = bytes[..^SHA256.HashSizeInBytes];
        return slots == (body.Length - HeaderSize) / SlotSize && (body.Length - HeaderSize) % SlotSize == 0
            && SHA256.HashData(body).AsSpan().SequenceEqual(bytes[^SHA256.HashSizeInBytes..]);
    }

    /// <summary>Reads a cache that asks another one where it knows nothing itself.</summary>
    public static StatCache Load(string file, StatCache other)
    {
        var cache = Load(file);
        cache._other = other;
        return cache;
    }

    /// <summary>What the file holds, when it is as it was.</summary>
    public BlobId? Find(ulong path, in FileState state) => FindOwn(path, state) ?? _other?.Find(path, state);

    private BlobId? FindOwn(ulong path, in FileState state)
    {
        if (_slots == 0) return null;
        Span<byte> wanted = stackalloc byte[SlotSize];
        WriteKey(wanted, path, state);
        for (var slot = Home(path, _slots); ; slot = slot + 1 == _slots ? 0 : slot + 1)
        {
            var found = Slot(_table, slot);
            if (MemoryMarshal.Read<ulong>(found) == 0) return null;
            if (found[..48].SequenceEqual(wanted[..48])) return BlobId.Of(found[48..]);
        }
    }

    /// <summary>Writes a new cache in the place of the old one.</summary>
    /// <param name="removalStamp">The store's, from before the files were looked at.</param>
    public static void Save(string file, List<CachedFile> files, string? removalStamp)
    {
        var slots = files.Count + files.Count / 2 + 1;
        var bytes = new byte[HeaderSize + slots * (long)SlotSize + SHA256.HashSizeInBytes];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), slots);
        HashStamp(removalStamp ?? "").CopyTo(bytes, 16);
        foreach (var cached in files)
        {
            var slot = Home(cached.Path, slots);
            while (MemoryMarshal.Read<ulong>(Slot(bytes, slot)) != 0) slot = slot + 1 == slots ? 0 : slot + 1;
            var target = bytes.AsSpan(HeaderSize + slot * SlotSize, SlotSize);
            WriteKey(target, cached.Path, cached.State);
            Convert.FromHexString(cached.Blob.Hex, target[48..], out _, out _);
        }
        SHA256.HashData(bytes.AsSpan(0, bytes.Length - SHA256.HashSizeInBytes), bytes.AsSpan(bytes.Length - SHA256.HashSizeInBytes));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        AtomicFile.Write(file, bytes);
    }

    /// <summary>A hash of a path, made from that of its folder (FNV-1a). Never 0, which marks an empty slot.</summary>
    public static ulong HashPath(ulong folder, ReadOnlySpan<byte> name)
    {
        const ulong Start = 14695981039346656037, Prime = 1099511628211;
        var hash = unchecked(((folder == 0 ? Start : folder) ^ '/') * Prime);
        foreach (var one in name) hash = unchecked((hash ^ one) * Prime);
        return hash == 0 ? 1 : hash;
    }

    /// <summary>The hash of a whole path.</summary>
    public static ulong HashPath(ReadOnlySpan<byte> path)
    {
        var hash = 0UL;
        foreach (var part in path.Split((byte)'/')) hash = HashPath(hash, path[part]);
        return hash;
    }

    private static int Home(ulong path, int slots) => (int)Math.BigMul(unchecked(path * 0x9E3779B97F4A7C15), (ulong)slots, out _);

    private static byte[] HashStamp(string stamp) => SHA256.HashData(Encoding.UTF8.GetBytes(stamp));

    private static ReadOnlySpan<byte> Slot(byte[] table, int slot) => table.AsSpan(HeaderSize + slot * SlotSize, SlotSize);

    private static void WriteKey(Span<byte> slot, ulong path, in FileState state)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(slot, path);
        BinaryPrimitives.WriteUInt64LittleEndian(slot[8..], state.Device);
        BinaryPrimitives.WriteUInt64LittleEndian(slot[16..], state.Inode);
        BinaryPrimitives.WriteInt64LittleEndian(slot[24..], state.Size);
        BinaryPrimitives.WriteInt64LittleEndian(slot[32..], state.Modified);
        BinaryPrimitives.WriteInt64LittleEndian(slot[40..], state.Changed);
    }
}

/// <summary>One file for the cache.</summary>
internal sealed record CachedFile(ulong Path, FileState State, BlobId Blob);
