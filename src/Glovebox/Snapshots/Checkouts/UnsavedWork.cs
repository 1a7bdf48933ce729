using Glovebox.Api.Runs;
using Glovebox.Api.Snapshots;
using Glovebox.Blobs;
using Glovebox.Snapshots.Records;

namespace Glovebox.Snapshots.Checkouts;

/// <summary>
/// Finds what a checkout would destroy: files and links, with their modes, that no snapshot and no run has. That the bytes are in the store
/// is not enough, for gc frees what no record leads to.
/// </summary>
internal sealed class UnsavedWork(ISnapshotStore store, Func<IRuns> runs, ITrees trees, IBlobStore blobs)
{
    /// <summary>The paths whose present content is nowhere else.</summary>
    /// <param name="changes">What would be done.</param>
    public async Task<IReadOnlyList<string>> FindAsync(IEnumerable<TreeChange> changes, CancellationToken cancellation)
    {
        var lost = changes.Where(change => change.Before is { Kind: not TreeEntryKind.Directory } && Destroys(change)).ToList();
        var missing = lost.Where(change => !IsNew(change.Before!))
            .Select(change => KeyOf(change.Before!)).ToHashSet(StringComparer.Ordinal);
        if (missing.Count > 0) await StrikeAsync(missing, cancellation);
        return [.. lost.Where(change => IsNew(change.Before!) || missing.Contains(KeyOf(change.Before!))).Select(change => change.Path)];
    }

    /// <summary>True for bytes that are not in the store at all.</summary>
    private bool IsNew(TreeEntry entry) => entry.Blob is { } blob && !blobs.Contains(blob);

    private static bool Destroys(TreeChange change) => change.After is not { } after || KeyOf(after) != KeyOf(change.Before!);

    /// <summary>Strikes what a recorded tree holds, newest records first, until nothing is missing.</summary>
    private async Task StrikeAsync(HashSet<string> missing, CancellationToken cancellation)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var snapshot in await store.ListAsync(new SnapshotFilter(), cancellation))
        {
            if (Strike(snapshot.Tree, missing, seen, cancellation) || Strike(snapshot.FilesTree, missing, seen, cancellation)) return;
        }

        foreach (var run in await runs().ListAsync(new RunFilter(), cancellation))
        {
            if (Strike(run.TreeAfter, missing, seen, cancellation) || Strike(run.Tree, missing, seen, cancellation)) return;
        }
    }

    /// <returns>True when nothing is missing any more.</returns>
    private bool Strike(string? tree, HashSet<string> missing, HashSet<string> seen, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (tree is null || !seen.Add(tree)) return false;
        // A damaged tree saves nothing; whoever asks for it hears of it.
        if (!blobs.Contains(new BlobId(tree))) return false;
        foreach (var entry in trees.Load(new BlobId(tree)).Entries)
        {
            if (entry.Kind != TreeEntryKind.Directory && missing.Remove(KeyOf(entry)) && missing.Count == 0) return true;
        }

        return false;
    }

    /// <summary>What tells two files apart but their names.</summary>
    private static string KeyOf(TreeEntry entry) => entry.Blob is { } blob ? $"{entry.Mode} {blob.Hex}" : $"-> {entry.Target}";
}
