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

        return blobs.List().Where(b => !needed.Contains(b.Id))
            .Select(b => new Freeable(Kind, b.Id.Hex, b.Size, () => blobs.Delete(b.Id)));
    }
}
