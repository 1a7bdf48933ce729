namespace Glovebox.Snapshots;

/// <summary>What happened to a path.</summary>
public enum TreeChangeKind
{
    Added,
    Modified,
    Deleted,
}

/// <summary>One path that differs between two trees.</summary>
/// <param name="Before">Null when added.</param>
/// <param name="After">Null when deleted.</param>
public sealed record TreeChange(TreeChangeKind Kind, string Path, TreeEntry? Before, TreeEntry? After);
