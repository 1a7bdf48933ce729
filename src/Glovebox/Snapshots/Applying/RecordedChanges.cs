using Glovebox.Files;
using Glovebox.Snapshots.Writing;

namespace Glovebox.Snapshots.Applying;

/// <summary>
/// Makes recorded changes true: first what goes, children before parents; then what comes, parents before children; then the modes of
/// directories. Each step looks at what is there, so all of it can be done again after a crash.
/// </summary>
/// <param name="judge">What may be done to a path.</param>
/// <param name="tryMove">Puts a file's content there without the store; false when it cannot.</param>
internal sealed class RecordedChanges(
    TreeWriter tree, Func<TreeChange, Standing> judge, Func<TreeEntry, bool> tryMove, SortedSet<string> left, CancellationToken cancellation)
{
    public void Run(IReadOnlyList<TreeChange> changes)
    {
        for (var i = changes.Count - 1; i >= 0; i--)
        {
            cancellation.ThrowIfCancellationRequested();
            if (Goes(changes[i])) Remove(changes[i]);
        }
        foreach (var change in changes)
        {
            cancellation.ThrowIfCancellationRequested();
            if (change.After is { } after && !left.Contains(change.Path)) Make(change, after);
        }
        for (var i = changes.Count - 1; i >= 0; i--)
        {
            if (changes[i].After is { Kind: TreeEntryKind.Directory } folder && !left.Contains(folder.Path)) tree.SetFolderMode(folder.Path, folder.Mode);
        }
    }

    /// <summary>True for what must be away before anything comes: what was deleted, and what changes between a directory and something else.</summary>
    private static bool Goes(TreeChange change) => change is { After: null }
        || (change.Before is { } before && (before.Kind == TreeEntryKind.Directory) != (change.After!.Kind == TreeEntryKind.Directory));

    private void Remove(TreeChange change)
    {
        var standing = judge(change);
        if (standing is Standing.Absent or Standing.Done) return;
        var isFolder = tree.Stat(change.Path) is { Kind: FileKind.Folder };
        if (standing == Standing.Unsaved) left.Add(change.Path);
        // A file that is there where a file is to come gives way when that comes.
        else if (change.After is { } after && (after.Kind == TreeEntryKind.Directory) == isFolder) return;
        else if (!isFolder) tree.DeleteFile(change.Path);
        else if (!tree.DeleteFolder(change.Path))
        {
            // What keeps the folder from going came after the box began. The folder is named too when something was to come in its place.
            left.UnionWith(tree.ListFiles(change.Path));
            if (change.After is not null) left.Add(change.Path);
        }
    }

    private void Make(TreeChange change, TreeEntry after)
    {
        if (tree.ParentOf(change.Path, out _) is null && !tree.TryMakeParents(change.Path))
        {
            left.Add(change.Path);
            return;
        }
        switch (judge(change))
        {
            case Standing.Unsaved:
                left.Add(change.Path);
                return;
            case Standing.Done when after.Kind == TreeEntryKind.File:
                if (tree.Stat(change.Path)!.Value.Permissions == after.Mode || tree.TrySetFileMode(change.Path, after.Mode)) return;
                tree.WriteFile(change.Path, after.Blob!.Value, after.Mode);
                return;
            case Standing.Done:
                return;
        }
        if (after.Kind == TreeEntryKind.Directory) tree.MakeFolder(change.Path);
        else if (after.Kind == TreeEntryKind.Symlink) tree.WriteLink(change.Path, after.Target!);
        else if (!tryMove(after)) tree.WriteFile(change.Path, after.Blob!.Value, after.Mode);
    }
}
