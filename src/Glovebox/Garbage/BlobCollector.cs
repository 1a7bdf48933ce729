using Glovebox.Blobs;
using Glovebox.Snapshots;

namespace Glovebox.Garbage;

/// <summary>Blobs that no kept run and no snapshot leads to.</summary>
/// <param name="alsoNeeded">Blobs that other features point to.</param>
public sealed class BlobCollector(IBlobStore blobs, ITrees trees, Func<Kept, IEnumerable<BlobId>> alsoNeeded) : ICollector
{
    private const string Kind = "blobs";

    public IReadOnlyList<string> Kinds => [Kind];

    public IEnumerable<Freeable> Find(Kept kept, CancellationToken cancellation)
    {
        var needed = new HashSet<BlobId>(alsoNeeded(kept));
        needed.UnionWith(kept.Blobs.Select(hex => new BlobId(hex)));
        foreach (var hex in kept.Trees)
        {
            cancellation.ThrowIfCancellationRequested();
            var id = new BlobId(hex);
            needed.Add(id);
            // A damaged tree cannot say what it needs, so reading it must stop the collection, not be passed over.
            foreach (var entry in trees.Load(id).Entries)
                if (entry.Blob is { } blob) needed.Add(blob);
        }

        var rubbish = blobs.List().Where(blob => !needed.Contains(blob.Id)).ToList();
        var ids = rubbish.Select(blob => blob.Id).ToHashSet();
        // Together, for many may be in one file.
        return rubbish.Count == 0 ? [] : [new Freeable(Kind, Kind, rubbish.Sum(blob => blob.Size), () => blobs.Delete(ids, cancellation)) { Count = ids.Count }];
    }
}
