using Glovebox.Blobs;
using Glovebox.Files;

namespace Glovebox.Snapshots.Uppers;

/// <summary>Reads what a box changed from its upper directory, and stores the content of it.</summary>
internal static class UpperReader
{
    /// <summary>Files in one piece of work.</summary>
    private const int Share = 32;

    public static UpperChanges Read(
        string upperPath, Tree before, string rootPath, IReadOnlyList<string> also, IBlobStore blobs, CancellationToken cancellation)
    {
        using var access = new UpperAccess();
        using var upper = access.OpenRoot(upperPath);
        using var root = Folder.Open(rootPath);
        var record = new UpperRecord();
        var lower = new LowerContent(root, blobs, upper.Stat().Born);
        new UpperWalk(new TreeIndex(before), new AlsoPaths(also), record, access, lower, cancellation).Run(upper, root);
        Store(upper, record, blobs, cancellation);
        return record.Finish();
    }

    private static void Store(Folder upper, UpperRecord record, IBlobStore blobs, CancellationToken cancellation)
    {
        var files = record.Files;
        var entries = new TreeEntry[files.Count];
        var pieces = Enumerable.Range(0, (files.Count + Share - 1) / Share).ToArray();
        new Workers<int>((piece, _) =>
        {
            for (var i = piece * Share; i < Math.Min(files.Count, (piece + 1) * Share); i++) entries[i] = Store(upper, files[i], blobs);
        }, cancellation).Run(pieces);
        for (var i = 0; i < files.Count; i++)
        {
            record.Add(files[i].Before, entries[i]);
        }
    }

    private static TreeEntry Store(Folder upper, UpperFile changed, IBlobStore blobs)
    {
        var bytes = PathBytes.FromText(changed.Path);
        var name = Name.Split(bytes, out var parent);
        using var folder = upper.OpenFolder(parent);
        using var file = UpperAccess.OpenFile(folder, name, changed.State);
        var path = folder.PathOf(name);
        OverlayMarks.RequireOwnContent(FileContent.Fd(file), path);
        // A copy that the overlay made for a chmod or an open that wrote nothing.
        var expected = changed.Before is { Kind: TreeEntryKind.File } before && before.Size == changed.State.Size ? before.Blob : null;
        var stored = blobs.PutFile(file, path, expected);
        return new TreeEntry(changed.Path, TreeEntryKind.File, changed.State.Permissions & TreeModes.File, stored.Size, stored.Id, null);
    }
}
