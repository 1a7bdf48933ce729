using System.Security.Cryptography;
using Glovebox.Api;
using Glovebox.Blobs;
using Glovebox.Files;
using Glovebox.Home;
using Glovebox.Sharing.Packing;
using Glovebox.Sharing.Remotes;
using Glovebox.Snapshots;
using Glovebox.Snapshots.Manifests;

namespace Glovebox.Sharing.Arrivals;

/// <summary>
/// Gets objects from elsewhere and hands them on when their digest was checked. Large ones are gathered in the cache first: when the
/// transfer breaks off, the next one goes on where it stopped.
/// </summary>
internal sealed class Fetcher(GloveboxHome home, IPieceSource source, TimeProvider time)
{
    /// <summary>Objects up to this size are held in memory.</summary>
    private const long Small = 4 << 20;

    private const int BufferSize = 128 * 1024;

    private string Parts => Path.Combine(home.Cache, "arriving");

    /// <summary>A small object's bytes.</summary>
    /// <exception cref="RefusalException">It is missing or damaged there: names it.</exception>
    public async Task<byte[]> BytesAsync(BlobId id, long size, CancellationToken cancellation)
    {
        await using var stream = await OpenAsync(id, 0, cancellation);
        // One byte more than it may have, so that too long a one shows.
        var bytes = new byte[size + 1];
        var count = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        if (count != size || BlobId.Of(SHA256.HashData(bytes.AsSpan(0, count))) != id) throw Damaged(id);
        return bytes[..count];
    }

    /// <summary>What a tree holds, without keeping it.</summary>
    public async Task<IReadOnlyList<TreeEntry>> TreeAsync(Piece tree, CancellationToken cancellation)
    {
        try
        {
            return Manifest.Read(await BytesAsync(tree.Id, tree.Size, cancellation));
        }
        catch (FormatException wrong)
        {
            throw RefusalException.Bad($"object {tree.Id} in {source.Name} is refused: it should be a tree, but {wrong.Message}");
        }
    }

    /// <summary>Hands the object's checked bytes to <paramref name="take"/>: in memory, or as a file that is removed after it.</summary>
    public async Task TakeAsync(Piece piece, Action<Stream, string?> take, CancellationToken cancellation)
    {
        if (piece.Size <= Small)
        {
            using var bytes = new MemoryStream(await BytesAsync(piece.Id, piece.Size, cancellation), writable: false);
            take(bytes, null);
            return;
        }
        Directory.CreateDirectory(Parts);
        var part = Path.Combine(Parts, piece.Id.Hex);
        using var alone = await FileLock.AcquireAsync(part + ".lock", time, cancellation);
        await FillAsync(piece, part, cancellation);
        using (var file = new FileStream(part, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0)) take(file, part);
        File.Delete(part);
    }

    private async Task FillAsync(Piece piece, string part, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var file = new FileStream(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, BufferSize);
            if (file.Length > piece.Size) file.SetLength(0);
            var resumed = file.Length > 0;
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await HashAsync(file, hash, cancellation);
            if (file.Length < piece.Size) await AppendAsync(piece, file, hash, cancellation);
            if (file.Length == piece.Size && BlobId.Of(hash.GetHashAndReset()) == piece.Id) return;
            file.SetLength(0);
            // What lay here from before may be what was wrong: from the start, once.
            if (!resumed || attempt > 1) throw Damaged(piece.Id);
        }
    }

    private static async Task HashAsync(FileStream file, IncrementalHash hash, CancellationToken cancellation)
    {
        var buffer = new byte[BufferSize];
        while (await file.ReadAsync(buffer, cancellation) is var count and > 0) hash.AppendData(buffer, 0, count);
    }

    private async Task AppendAsync(Piece piece, FileStream file, IncrementalHash hash, CancellationToken cancellation)
    {
        await using var stream = await OpenAsync(piece.Id, file.Length, cancellation);
        var buffer = new byte[BufferSize];
        while (file.Length <= piece.Size && await stream.ReadAsync(buffer, cancellation) is var count and > 0)
        {
            hash.AppendData(buffer, 0, count);
            await file.WriteAsync(buffer.AsMemory(0, count), cancellation);
        }
        await file.FlushAsync(cancellation);
    }

    private async Task<Stream> OpenAsync(BlobId id, long from, CancellationToken cancellation)
    {
        try
        {
            return await source.OpenAsync(id, from, cancellation);
        }
        catch (MissingPieceException)
        {
            throw RefusalException.Unable(
                $"object {id} is missing in {source.Name}, and a record there needs it: push it again from a home that has it ('glovebox push --verify')");
        }
    }

    public RefusalException Damaged(BlobId id) => RefusalException.Unable(
        $"object {id} is damaged in {source.Name}: its bytes have another digest, and nothing of it was stored. Push it again from a home that has it "
        + "('glovebox push --verify')");
}
