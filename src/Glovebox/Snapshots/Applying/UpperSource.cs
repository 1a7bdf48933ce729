using Glovebox.Files;
using Glovebox.Snapshots.Uppers;
using Glovebox.Snapshots.Writing;

namespace Glovebox.Snapshots.Applying;

/// <summary>
/// Takes files out of an upper directory. On one file system a file is renamed into the tree, at no cost, when it comes alone: no second
/// link to it, no attributes but the overlay's own (a capability or an access list must not come out of a box). Else it is copied.
/// </summary>
internal sealed class UpperSource(Folder upper, TreeWriter tree)
{
    private readonly FileState _state = upper.Stat();

    /// <summary>When the upper directory was made, just before the box began: nanoseconds since 1970, 0 where that is not known.</summary>
    public long Began => _state.Born;

    /// <summary>The folder that holds a path, and the path's name and state in it; null when it is gone or was taken before.</summary>
    public Folder? Find(string path, out byte[] name, out FileState state)
    {
        var bytes = PathBytes.FromText(path);
        name = Name.Split(bytes, out var parent).ToArray();
        state = default;
        if (upper.TryOpenFolder(parent, out _) is not { } folder) return null;
        if (folder.TryStat(name, out state, out _)) return folder;
        folder.Dispose();
        return null;
    }

    /// <summary>Moves a recorded file into its place.</summary>
    /// <returns>False when it must come from the store.</returns>
    public bool TryMove(TreeEntry entry)
    {
        using var folder = Find(entry.Path, out var name, out var state);
        return folder is not null && state.Kind == FileKind.File && state.Size == entry.Size && TryMove(folder, name, state, entry.Path, entry.Mode);
    }

    /// <summary>Puts a file of the upper directory into its place, by moving or by copying it.</summary>
    public void Put(Folder folder, byte[] name, FileState state, string path)
    {
        var mode = state.Permissions & TreeModes.File;
        if (!TryMove(folder, name, state, path, mode)) tree.CopyFile(path, folder, name, mode);
    }

    private bool TryMove(Folder folder, byte[] name, FileState state, string path, int mode)
    {
        if (state.Links != 1 || state.Device != tree.Owner.Device) return false;
        using (var file = folder.TryOpenFile(name, out _))
        {
            if (file is null || !ComesAlone(FileContent.ListAttributes(FileContent.Fd(file)))) return false;
            tree.Owner.Finish(file, mode, path, state);
        }
        return tree.TryTakeOver(path, folder, name);
    }

    private static bool ComesAlone(ReadOnlySpan<byte> attributes)
    {
        foreach (var range in attributes.Split((byte)0))
        {
            var attribute = attributes[range];
            if (!attribute.IsEmpty && !attribute.StartsWith("trusted.overlay."u8) && !attribute.StartsWith("user.overlay."u8)) return false;
        }
        return true;
    }
}
