using Glovebox.Blobs;
using Glovebox.Files;
using Glovebox.Snapshots.Capturing;
using Glovebox.Snapshots.Writing;

namespace Glovebox.Snapshots.Applying;

/// <summary>Brings what a box changed into the real tree, or what is recorded of that into another one.</summary>
internal static class TreeApply
{
    /// <summary>
    /// Ignored deletions come first, so that recorded folders can go; ignored files last, when recorded folders are there.
    /// </summary>
    /// <param name="step">Called before each change; a test stops the work there.</param>
    public static IReadOnlyList<string> Run(
        UpperChanges changes, string upperPath, string rootPath, IBlobStore blobs, StatCache cache, Action? step, CancellationToken cancellation)
    {
        using var root = Folder.Open(rootPath);
        using var upper = Folder.Open(upperPath);
        using var tree = new TreeWriter(root, blobs, step);
        var left = new SortedSet<string>(Comparer<string>.Create(PathBytes.Compare));
        var source = new UpperSource(upper, tree);
        var present = new PresentContent(tree, blobs, cache);
        var ignored = new IgnoredChanges(tree, source, left, cancellation);
        var coming = changes.Recorded.Where(change => change.After is not null).Select(change => change.Path).ToHashSet();
        foreach (var change in changes.Ignored)
        {
            // Where something comes in the place of a folder, only the folder is to go: the rest is what came.
            if (change.Deleted && !(coming.Contains(change.Path) && tree.Stat(change.Path) is not { Kind: FileKind.Folder }))
                ignored.Delete(Checked(change.Path));
        }
        new RecordedChanges(tree, present.Judge, source.TryMove, left, cancellation).Run(Checked(changes.Recorded));
        foreach (var change in changes.Ignored)
        {
            if (!change.Deleted) ignored.Put(Checked(change.Path), change.ModeOnly);
        }
        return [.. left];
    }

    /// <summary>Nobody's work is at stake in a directory made for this: what is there gives way.</summary>
    public static void Extract(IReadOnlyList<TreeChange> changes, string directory, IBlobStore blobs, CancellationToken cancellation)
    {
        using var root = Folder.Open(directory);
        using var tree = new TreeWriter(root, blobs);
        var left = new SortedSet<string>();
        new RecordedChanges(tree, change => Extraction.Judge(tree, change), static _ => false, left, cancellation).Run(Checked(changes));
        if (left.Count > 0) throw new IOException($"cannot write {left.First()} into {directory}: something else is in its way");
    }

    /// <summary>Changes may come from a record that was written elsewhere.</summary>
    private static IReadOnlyList<TreeChange> Checked(IReadOnlyList<TreeChange> changes)
    {
        foreach (var change in changes) Checked(change.Path);
        return changes;
    }

    private static string Checked(string path) =>
        EntryPath.IsValid(path) ? path : throw new InvalidDataException($"'{path}' is no path below a root");
}
