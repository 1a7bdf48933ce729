using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Sharing.Remotes;

namespace Glovebox.Sharing.Packing;

/// <summary>Copies parcels to a remote: what it lacks of their objects, and when all of those are there, the records.</summary>
internal sealed class Departure(HomePieces pieces, IRemote remote, IProgress<BuildProgress> progress)
{
    private readonly string _step = $"copying to {remote.Name}";
    private long _done;

    /// <summary>The objects that the remote lacks.</summary>
    /// <param name="verify">Reads what the remote has already, too: what is damaged there counts as lacking.</param>
    public async Task<IReadOnlyList<Piece>> MissingAsync(IReadOnlyList<Parcel> parcels, bool verify, CancellationToken cancellation)
    {
        var all = parcels.SelectMany(parcel => parcel.Pieces).DistinctBy(piece => piece.Id).ToList();
        var missing = await remote.MissingAsync([.. all.Select(piece => piece.Id)], cancellation);
        var lacking = all.Where(piece => missing.Contains(piece.Id)).ToList();
        if (verify) lacking.AddRange(await DamagedAsync(all.Where(piece => !missing.Contains(piece.Id)), cancellation));
        return lacking;
    }

    public async Task SendAsync(IReadOnlyList<Parcel> parcels, IReadOnlyList<Piece> missing, CancellationToken cancellation)
    {
        var total = missing.Sum(piece => piece.Size);
        var lanes = new ParallelOptions { MaxDegreeOfParallelism = remote.Lanes, CancellationToken = cancellation };
        await Parallel.ForEachAsync(missing, lanes, async (piece, stop) =>
        {
            await SendAsync(piece, stop);
            progress.Report(new BuildProgress(_step, Interlocked.Add(ref _done, piece.Size), total));
        });
        if (missing.Count > 0) progress.Report(new BuildProgress(_step, total, total, Finished: true));
        foreach (var parcel in parcels)
            await remote.PutAsync(parcel.Name, parcel.Bytes, [.. parcel.Pieces.Select(piece => new Held(piece.Id, piece.Size))], cancellation);
    }

    private async Task SendAsync(Piece piece, CancellationToken cancellation)
    {
        try
        {
            await remote.PutAsync(piece.Id, piece.Size, (stream, stop) => pieces.WriteAsync(piece, stream, stop), cancellation);
        }
        catch (DamagedPieceException damaged)
        {
            throw RefusalException.Unable(
                $"{piece.Kind.ToString().ToLowerInvariant()} {piece.Id} of this home is damaged, and nothing of it was copied to {remote.Name}: {damaged.Message}. "
                + "Restore it from a backup or another remote");
        }
    }

    private async Task<IReadOnlyList<Piece>> DamagedAsync(IEnumerable<Piece> present, CancellationToken cancellation)
    {
        var damaged = new List<Piece>();
        foreach (var piece in present)
        {
            using var check = new VerifyingStream(Stream.Null, piece.Id, piece.Size);
            try
            {
                await using var stream = await remote.OpenAsync(piece.Id, 0, cancellation);
                await stream.CopyToAsync(check, cancellation);
                check.Check();
            }
            catch (Exception wrong) when (wrong is DamagedPieceException or MissingPieceException)
            {
                damaged.Add(piece);
            }
        }
        return damaged;
    }
}
