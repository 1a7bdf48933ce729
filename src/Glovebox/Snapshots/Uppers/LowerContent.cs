using Glovebox.Blobs;
using Glovebox.Files;

namespace Glovebox.Snapshots.Uppers;

/// <summary>
/// What the tree holds at a path that is recorded only because the user asked: it was not captured before, so it is stored now, and
/// nothing is lost when the box's version takes its place.
/// </summary>
internal sealed class LowerContent(Folder root, IBlobStore blobs)
{
    public TreeEntry? Find(string path)
    {
        var bytes = PathBytes.FromText(path);
        var name = Name.Split(bytes, out var parent);
        using var folder = root.TryOpenFolder(parent, out _);
        if (folder?.Stat(name) is not { } state) return null;
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
