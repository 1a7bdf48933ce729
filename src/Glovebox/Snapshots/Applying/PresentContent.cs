using Glovebox.Blobs;
using Glovebox.Files;
using Glovebox.Snapshots.Capturing;
using Glovebox.Snapshots.Writing;

namespace Glovebox.Snapshots.Applying;

/// <summary>What may be done to a path, after what it holds now.</summary>
internal enum Standing
{
    /// <summary>There is nothing: nothing can be lost.</summary>
    Absent,

    /// <summary>It holds what the change would make of it, but for its mode.</summary>
    Done,

    /// <summary>What it holds is what it held before, or is in the store.</summary>
    Replaceable,

    /// <summary>It holds what nobody has kept.</summary>
    Unsaved,
}

/// <summary>Judges what the tree holds at a path now against a change to it.</summary>
internal sealed class PresentContent(TreeWriter tree, IBlobStore blobs, StatCache cache)
{
    public Standing Judge(TreeChange change)
    {
        if (tree.ParentOf(change.Path, out var name) is not { } parent || parent.Stat(name) is not { } state) return Standing.Absent;
        return state.Kind switch
        {
            FileKind.Folder => Compare(TreeEntryKind.Directory, change, static _ => true),
            FileKind.Link => Link(PathBytes.ToText(parent.ReadLink(name)), change),
            FileKind.File => Content(parent, name, state, change.Path) is { } content ? File(content, change) : Standing.Unsaved,
            _ => Standing.Unsaved,
        };
    }

    private Standing File(BlobId content, TreeChange change)
    {
        var standing = Compare(TreeEntryKind.File, change, entry => entry.Blob == content);
        return standing == Standing.Unsaved && blobs.Contains(content) ? Standing.Replaceable : standing;
    }

    private static Standing Link(string target, TreeChange change) => Compare(TreeEntryKind.Symlink, change, entry => entry.Target == target);

    private static Standing Compare(TreeEntryKind kind, TreeChange change, Func<TreeEntry, bool> holds)
    {
        if (change.After is { } after && after.Kind == kind && holds(after)) return Standing.Done;
        return change.Before is { } before && before.Kind == kind && holds(before) ? Standing.Replaceable : Standing.Unsaved;
    }

    /// <summary>Null when the file cannot be read.</summary>
    private BlobId? Content(Folder parent, byte[] name, FileState state, string path)
    {
        if (cache.Find(StatCache.HashPath(PathBytes.FromText(path)), state) is { } known) return known;
        using var file = parent.TryOpenFile(name, out _);
        return file is null ? null : ContentCopy.Hash(file, parent.PathOf(name)).Id;
    }
}
