using Glovebox.Api.Runs;
using Glovebox.Blobs;
using Glovebox.Snapshots;

namespace Glovebox.Runs;

/// <summary>What a run's record names in the blob store: whatever keeps, frees or moves runs asks here.</summary>
public static class RunContent
{
    /// <summary>Its trees, by their digests; each names further blobs.</summary>
    public static IEnumerable<string> Trees(Run run) => run.TreeAfter is { } after ? [run.Tree, after] : [run.Tree];

    /// <summary>Blobs that are no trees: the curves of its metrics.</summary>
    public static IEnumerable<BlobId> Loose(Run run) => run.Series is { } series ? [new BlobId(series)] : [];

    /// <summary>Every blob that it needs to be whole: trees, the files in them, and the loose ones. Some may come twice.</summary>
    public static IEnumerable<BlobId> Blobs(Run run, ITrees trees) => Trees(run)
        .SelectMany(tree => trees.Load(new BlobId(tree)).Entries.Select(entry => entry.Blob).OfType<BlobId>().Prepend(new BlobId(tree)))
        .Concat(Loose(run));
}
