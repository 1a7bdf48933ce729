using System.Security.Cryptography;
using Glovebox.Files;
using Microsoft.Win32.SafeHandles;

namespace Glovebox.Blobs;

/// <summary>Reads a file once: hashed, and copied where asked, in one pass. Blocks of zeros become holes in the copy.</summary>
internal static class ContentCopy
{
    /// <summary>Large enough to make calls cheap, small enough to stay in the processor's cache between read, hash and write.</summary>
    public const int BlockSize = 128 * 1024;

    [ThreadStatic] private static byte[]? _block;

    /// <summary>This thread's buffer, of <see cref="BlockSize"/> bytes.</summary>
    public static byte[] Block => _block ??= GC.AllocateUninitializedArray<byte>(BlockSize);

    /// <summary>Hashes the rest of a file.</summary>
    public static StoredBlob Hash(SafeFileHandle file, string path) => Run(file, path, [], null, "");

    /// <summary>Copies the rest of a file behind what was read of it already, and says what was written.</summary>
    public static StoredBlob Copy(SafeFileHandle from, string fromPath, ReadOnlySpan<byte> read, SafeFileHandle to, string toPath) =>
        Run(from, fromPath, read, to, toPath);

    private static StoredBlob Run(SafeFileHandle from, string fromPath, ReadOnlySpan<byte> read, SafeFileHandle? to, string toPath)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var size = 0L;
        var hole = false;
        for (var block = read; ;)
        {
            if (!block.IsEmpty)
            {
                hash.AppendData(block);
                size += block.Length;
                if (to is not null) hole = Write(to, block, toPath);
            }
            var count = FileContent.Fill(from, Block, fromPath);
            if (count == 0) break;
            block = Block.AsSpan(0, count);
        }
        if (hole) FileContent.SetLength(to!, size, toPath);
        return new StoredBlob(BlobId.Of(hash.GetHashAndReset()), size);
    }

    /// <returns>True when nothing was written: the block is a hole.</returns>
    private static bool Write(SafeFileHandle to, ReadOnlySpan<byte> block, string path)
    {
        var hole = block.Length == BlockSize && !block.ContainsAnyExcept((byte)0);
        if (hole) FileContent.Skip(to, block.Length, path);
        else FileContent.Write(to, block, path);
        return hole;
    }
}
