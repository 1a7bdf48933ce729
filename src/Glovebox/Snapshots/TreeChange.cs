namespace Glovebox.Snapshots;

/// <summary>What happened to a path.</summary>
public enum TreeChangeKind
{
    Added,
    Modified,
    Deleted,

    /// <summary>Written again with the bytes and mode it had: an output like any other, and no difference between the trees.</summary>
    Rewritten,
}

/// <summary>One path that differs between two trees, or that a box wrote.</summary>
/// <param name="Before">Null when added.</param>
/// <param name="After">Null when deleted.</param>
public sealed record TreeChange(TreeChangeKind Kind, string Path, TreeEntry? Before, TreeEntry? After);
