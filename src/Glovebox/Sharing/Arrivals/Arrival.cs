using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Blobs;
using Glovebox.Environments;
using Glovebox.Images;
using Glovebox.Runs;
using Glovebox.Sharing.Packing;
using Glovebox.Sharing.Remotes;
using Glovebox.Snapshots;
using Glovebox.Snapshots.Records;

namespace Glovebox.Sharing.Arrivals;

/// <summary>
/// Brings records of elsewhere into this home: everything they need first, the records last. Whoever dies in between leaves objects that
/// no record names, which gc frees or the next arrival finds.
/// </summary>
internal sealed class Arrival(
    IRunStore runs, ISnapshotStore snapshots, ITrees trees, ImageStore images, EnvironmentCarrier environments, HomePieces pieces,
    Receiver receiver, Fetcher fetcher, IPieceSource source, IProgress<BuildProgress> progress)
{
    private readonly string _step = $"copying from {source.Name}";
    private long _done, _total;

    public int Objects { get; private set; }

    public long Bytes => _done;

    /// <summary>What is missing here, without taking it; of what is not here yet, trees are read for what they hold.</summary>
    public async Task<IReadOnlyList<Piece>> LackingAsync(IEnumerable<ArrivingRecord> records, CancellationToken cancellation)
    {
        var wanted = new Dictionary<BlobId, Piece>();
        foreach (var record in records)
        {
            foreach (var piece in record.First.Concat(record.Layers)) wanted.TryAdd(piece.Id, piece);
            foreach (var tree in record.Trees)
                foreach (var piece in pieces.Has(tree) ? ContentOf(trees.Load(tree.Id).Entries) : ContentOf(await fetcher.TreeAsync(tree, cancellation)))
                    wanted.TryAdd(piece.Id, piece);
        }
        return [.. wanted.Values.Where(piece => !pieces.Has(piece))];
    }

    public async Task TakeAsync(IReadOnlyList<ArrivingRecord> records, CancellationToken cancellation)
    {
        // Layers first: what is most likely to be refused is refused before anything else is stored.
        await TakeAsync(records.SelectMany(record => record.Layers), cancellation);
        await TakeAsync(records.SelectMany(record => record.First), cancellation);
        foreach (var record in records) CheckTrees(record);
        await TakeAsync(records.SelectMany(record => record.Trees).SelectMany(tree => ContentOf(trees.Load(tree.Id).Entries)), cancellation);
        if (_total > 0) progress.Report(new BuildProgress(_step, _done, _total, Finished: true));
        foreach (var record in records) await KeepAsync(record, cancellation);
    }

    /// <summary>No tree of ours has a git repository in it, so one that has was made to harm.</summary>
    private void CheckTrees(ArrivingRecord record)
    {
        foreach (var tree in record.Trees.Where(tree => tree.Id.Hex != record.Snapshot?.FilesTree))
        {
            if (trees.Load(tree.Id).Entries.FirstOrDefault(entry => ArrivingRecord.IsInGit(entry.Path)) is { } entry)
                throw RefusalException.Bad($"{record.Name} from {source.Name} is refused: its tree writes into a git repository ({entry.Path})");
        }
    }

    private static IEnumerable<Piece> ContentOf(IEnumerable<TreeEntry> entries) => entries
        .Where(entry => entry.Blob is not null).Select(entry => new Piece(PieceKind.Blob, entry.Blob!.Value, entry.Size));

    private async Task TakeAsync(IEnumerable<Piece> wanted, CancellationToken cancellation)
    {
        var missing = wanted.DistinctBy(piece => (piece.Kind, piece.Id, piece.Run)).Where(piece => !pieces.Has(piece)).ToList();
        _total += missing.Sum(piece => piece.Size);
        var lanes = new ParallelOptions { MaxDegreeOfParallelism = source.Lanes, CancellationToken = cancellation };
        await Parallel.ForEachAsync(missing, lanes, async (piece, stop) =>
        {
            await receiver.TakeAsync(piece, stop);
            progress.Report(new BuildProgress(_step, Interlocked.Add(ref _done, piece.Size), _total));
        });
        Objects += missing.Count;
    }

    private async Task KeepAsync(ArrivingRecord record, CancellationToken cancellation)
    {
        if (record.Image is { } image)
        {
            var digest = new Digest(image.Config.Sha256);
            CheckLayers(digest, image);
            if (record.Lock is { } known) environments.SetBuilt(known, digest);
            if (record.Name.Kind == RecordKind.Image) SetNames(image, digest);
        }
        if (record.Snapshot is { } snapshot)
            await snapshots.ChangeAsync(snapshot.Id, present => present is null ? snapshot : SnapshotUnion.Of(present, snapshot), cancellation);
        if (record.Run is { } run) await runs.KeepAsync(run, cancellation);
    }

    /// <summary>The configuration says which layers it needs; the record only says what to fetch.</summary>
    private void CheckLayers(Digest digest, SharedImage image)
    {
        if (images.Get(digest).Layers.Except(image.Layers.Select(layer => new Digest(layer.Sha256))).FirstOrDefault() is { Hex: not null } left
            && !images.Layers.Contains(left))
            throw RefusalException.Bad($"image {digest} from {source.Name} needs layer {left}, which its record does not name");
    }

    private void SetNames(SharedImage image, Digest digest)
    {
        var taken = images.ListNames().ToDictionary(named => named.Name, named => named.Image, StringComparer.Ordinal);
        foreach (var name in image.Names.Where(name => ImageStore.IsName(name) && name != "host" && !taken.ContainsKey(name))) images.SetName(name, digest);
    }
}
