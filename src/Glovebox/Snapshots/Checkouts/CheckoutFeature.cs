using Glovebox.Api;
using Glovebox.Api.Snapshots;
using Glovebox.Files;
using Glovebox.Home;
using Glovebox.Projects;
using Glovebox.Snapshots.Records;
using Glovebox.Snapshots.Statuses;

namespace Glovebox.Snapshots.Checkouts;

/// <summary>What the user hears and decides of a checkout: where to, and what of unsaved work.</summary>
internal sealed class CheckoutFeature(
    GloveboxHome home, SnapshotNames names, SnapshotMaker maker, CheckoutParts parts, UnsavedWork unsaved, Checkout checkout, ITrees trees, TimeProvider time)
{
    private const int Listed = 20;

    public async Task<CheckoutResult> RunAsync(CheckoutRequest request, CancellationToken cancellation)
    {
        var root = Project.Find(request.Directory).Root;
        if (request.To is { } directory) return await ToAsync(request, Path.GetFullPath(directory, request.Directory), root, cancellation);
        using var alone = await LockAsync(cancellation);
        await checkout.RecoverAsync(root);
        Staging.RemoveAll(root);
        var content = await names.ContentAsync(request.Name, root, cancellation);
        var found = parts.Of(content, root, cancellation);
        var saved = request.Force ? null : await GuardAsync(request, content, found, root, cancellation);
        var changes = found.Select(part => (part, PathChanges.Of(Checkout.ChangesOf(part)))).ToList();
        var left = await checkout.RunAsync(root, content, found, cancellation);
        return new CheckoutResult(content.Id, root, [.. changes.SelectMany(change => Whole(change.part, root, change.Item2))], left, saved);
    }

    /// <summary>Finishes a checkout that was cut off in a project.</summary>
    public async Task<string?> RecoverAsync(string root, CancellationToken cancellation)
    {
        // Most times there is none, and no lock is needed to see that.
        if (!Directory.Exists(home.Checkouts)) return null;
        using var alone = await LockAsync(cancellation);
        return await checkout.RecoverAsync(root);
    }

    private async Task<CheckoutResult> ToAsync(CheckoutRequest request, string directory, string root, CancellationToken cancellation)
    {
        if (request.Save || request.Force)
            throw RefusalException.Bad("--to writes to a directory of its own, where nothing can be lost: leave --save and --force out");
        var content = await names.ContentAsync(request.Name, root, cancellation);
        if (File.Exists(directory) || (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any()))
            throw RefusalException.Conflict($"{directory} is there and not empty; name a new or an empty directory");
        var whole = parts.Whole(content);
        var above = Path.GetDirectoryName(directory) ?? "/";
        Directory.CreateDirectory(above);
        var beside = Path.Join(above, Staging.NewName());
        Directory.CreateDirectory(beside);
        try
        {
            trees.Restore(whole, beside, cancellation);
            using var parent = Folder.Open(above);
            // Over an empty directory, rename(2) puts a full one.
            parent.Rename(PathBytes.FromText(Path.GetFileName(beside)), parent, PathBytes.FromText(Path.GetFileName(directory)));
        }
        catch
        {
            FolderRemoval.Remove(beside);
            throw;
        }

        var changes = whole.Entries.Select(entry => new PathChange(entry.Path, "added", entry.Kind.ToString().ToLowerInvariant()));
        return new CheckoutResult(content.Id, directory, [.. changes], [], null);
    }

    /// <summary>Refuses, or with <c>--save</c> keeps, what would be lost.</summary>
    private async Task<Snapshot?> GuardAsync(
        CheckoutRequest request, Named content, List<CheckoutPart> found, string root, CancellationToken cancellation)
    {
        var lost = new List<(CheckoutPart Part, string Path)>();
        foreach (var part in found)
            lost.AddRange((await unsaved.FindAsync(Checkout.ChangesOf(part), cancellation)).Select(path => (part, path)));
        if (lost.Count == 0) return null;
        if (!request.Save) throw Refuse(lost, root);
        var tracked = trees.Capture(root, cancellation).Entries.Select(entry => entry.Path).ToHashSet(StringComparer.Ordinal);
        var beside = lost.Where(one => one.Part.Root != root || !tracked.Contains(one.Path)).Select(one => Path.Join(one.Part.Root, one.Path));
        var made = await maker.CreateAsync(
            new SnapshotRequest { Directory = root, Message = $"before checkout of {content.Id[..12]}", Paths = [.. beside] }, cancellation);
        return made.Snapshot;
    }

    private static RefusalException Refuse(List<(CheckoutPart Part, string Path)> lost, string root)
    {
        var paths = lost.Select(one => one.Part.Root == root ? one.Path : Path.Join(one.Part.Root, one.Path)).ToList();
        var more = paths.Count > Listed ? $"\n  … and {paths.Count - Listed} more" : "";
        return RefusalException.Conflict(
            $"unsaved work would be lost, for no snapshot and no run has it:\n  {string.Join("\n  ", paths.Take(Listed))}{more}\n"
            + "Make a snapshot first with --save, throw it away with --force, or look at the other content beside it with --to DIR");
    }

    private static IEnumerable<PathChange> Whole(CheckoutPart part, string root, IReadOnlyList<PathChange> changes) =>
        part.Root == root ? changes : changes.Select(change => change with { Path = Path.Join(part.Root, change.Path) });

    /// <summary>One checkout at a time in a home.</summary>
    private Task<FileLock> LockAsync(CancellationToken cancellation)
    {
        Directory.CreateDirectory(home.Locks);
        return FileLock.AcquireAsync(Path.Combine(home.Locks, "checkout"), time, cancellation);
    }
}
