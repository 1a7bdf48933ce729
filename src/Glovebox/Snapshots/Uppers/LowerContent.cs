using Glovebox.Blobs;
using Glovebox.Files;

namespace Glovebox.Snapshots.Uppers;

/// <summary>
/// What the tree holds where nothing was recorded before (it was ignored then), but the box's change is recorded now. It is stored, so that
/// nothing is lost when the box's version takes its place.
/// </summary>
internal sealed class LowerContent(Folder root, IBlobStore blobs, long began)
{
    /// <summary>
    /// True for what was there when the upper directory was made, just before the box began: the box saw it, and what it did to it counts.
    /// Anything else somebody made meanwhile. The change time of a folder tells of its content, so its birth is asked.
    /// </summary>
    public bool IsOlderThanBox(FileState state) => (state.Kind == FileKind.Folder ? state.Born : state.Changed) <= began;

    /// <summary>The entry at a path, stored; null when there is none or the box never saw it.</summary>
    public TreeEntry? Find(string path)
    {
        var bytes = PathBytes.FromText(path);
        var name = Name.Split(bytes, out var parent);
        using var folder = root.TryOpenFolder(parent, out _);
        if (folder?.Stat(name) is not { } state || !IsOlderThanBox(state)) return null;
        switch (state.Kind)
        {
            case FileKind.Folder:
                return new TreeEntry(path, TreeEntryKind.Directory, state.Permissions & TreeModes.Folder, 0, null, null);
            case FileKind.Link:
                return new TreeEntry(path, TreeEntryKind.Symlink, TreeModes.Link, 0, null, PathBytes.ToText(folder.ReadLink(name)));
            case FileKind.File:
                using (var file = folder.OpenFile(name))
                {
                    var stored = blobs.PutFile(file, folder.PathOf(name));
                    return new TreeEntry(path, TreeEntryKind.File, state.Permissions & TreeModes.File, stored.Size, stored.Id, null);
                }
            default:
                return null;
        }
    }
}
