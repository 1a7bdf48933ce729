using Glovebox.Files;
using Glovebox.Snapshots.Writing;

namespace Glovebox.Snapshots.Applying;

/// <summary>Judges paths of a directory in which everything may be replaced.</summary>
internal static class Extraction
{
    public static Standing Judge(TreeWriter tree, TreeChange change) => tree.Stat(change.Path)?.Kind switch
    {
        null => Standing.Absent,
        FileKind.Folder when change.After?.Kind == TreeEntryKind.Directory => Standing.Done,
        _ => Standing.Replaceable,
    };
}
