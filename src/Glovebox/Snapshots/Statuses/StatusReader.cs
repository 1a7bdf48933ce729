using Glovebox.Api;
using Glovebox.Api.Snapshots;
using Glovebox.Blobs;
using Glovebox.Snapshots.Checkouts;
using Glovebox.Snapshots.Records;

namespace Glovebox.Snapshots.Statuses;

/// <summary>Says which snapshot a project stands at, and what differs from it. Stores nothing.</summary>
internal sealed class StatusReader(ISnapshotStore store, ITrees trees, SnapshotNames names, DiskLook disk)
{
    public async Task<ProjectStatus> ReadAsync(string root, string? unfinished, CancellationToken cancellation)
    {
        var tree = trees.Look(root, cancellation);
        var equal = await store.FindByTreeAsync(root, tree.Id.Hex, cancellation);
        var content = equal is not null ? Named.Of(equal, root) : await LastAsync(root, cancellation);
        if (content is null) return new ProjectStatus(root, null, IsClean: false, [], unfinished);
        // Most times they are equal, and then the recorded one need not be read.
        var recorded = content.Tree == tree.Id.Hex ? tree : trees.Load(new BlobId(content.Tree));
        List<PathChange> changes = [.. PathChanges.Of(trees.Compare(recorded, tree)), .. FileChanges(content, root, tree, cancellation)];
        return new ProjectStatus(root, await DescribeAsync(content, equal, root, cancellation), changes.Count == 0, changes, unfinished);
    }

    private async Task<Named?> LastAsync(string root, CancellationToken cancellation)
    {
        if (await store.GetCurrentAsync(root, cancellation) is not { } id) return null;
        try
        {
            return await names.ContentAsync(id, root, cancellation);
        }
        catch (RefusalException refusal) when (refusal.Kind == RefusalKind.NotFound)
        {
            // It was removed since: then there is none.
            return null;
        }
    }

    /// <summary>The files beside the tree, where they came from.</summary>
    private IEnumerable<PathChange> FileChanges(Named content, string root, Tree tree, CancellationToken cancellation)
    {
        if (content.Files is null) return [];
        var files = trees.Load(new BlobId(content.Files));
        var index = new TreeIndex(tree);
        return content.Sources.OrderBy(source => source.Key, StringComparer.Ordinal).SelectMany(source =>
        {
            // What is in the tree too has been compared there.
            if (!Path.IsPathRooted(source.Value) && index.Find(source.Value) is { Kind: TreeEntryKind.File }) return [];
            var wanted = CheckoutParts.Moved(files, source.Key, Path.GetFileName(source.Value));
            var folder = Path.GetDirectoryName(ExtraFiles.PathOf(source.Value, root))!;
            var present = disk.Present(folder, wanted, DiskLook.Nothing, cancellation);
            var front = Path.GetDirectoryName(source.Value) is { Length: > 0 } above ? above + "/" : "";
            return PathChanges.Of(TreeComparison.Run(CheckoutParts.TreeOf(wanted), CheckoutParts.TreeOf(present)))
                .Select(change => change with { Path = front + change.Path, From = change.From is null ? null : front + change.From });
        });
    }

    private async Task<CurrentContent> DescribeAsync(Named content, Snapshot? snapshot, string root, CancellationToken cancellation)
    {
        if (content.Kind == "run")
        {
            var run = await names.RunAsync(content.RecordId, cancellation) ?? throw RefusalException.NotFound($"no run '{content.Id}'");
            return new CurrentContent(content.Id, content.Kind, run.Message, null, run.StartedAt);
        }

        snapshot ??= await names.SnapshotAsync(content.Id, root, cancellation);
        var entry = snapshot.Entries.LastOrDefault(e => e.Project == root) ?? snapshot.Entries[^1];
        var label = entry.Label ?? snapshot.Entries.Select(e => e.Label).LastOrDefault(l => l is not null);
        return new CurrentContent(snapshot.Id, content.Kind, entry.Message, label, entry.CreatedAt);
    }
}
