namespace Glovebox.Snapshots.Ignoring;

/// <summary>
/// The ignore rules that hold in a folder: its own files' first, then those of the folders above. In one folder <c>.gloveboxignore</c>
/// wins over <c>.gitignore</c>. What is below an ignored folder is ignored without asking, so ask from the top.
/// </summary>
internal sealed class IgnoreScope
{
    public static readonly IgnoreScope None = new(null, 0, null, null);

    private readonly IgnoreScope? _above;
    private readonly int _front;
    private readonly IgnoreFile? _git;
    private readonly IgnoreFile? _own;

    private IgnoreScope(IgnoreScope? above, int front, IgnoreFile? git, IgnoreFile? own)
    {
        _above = above;
        _front = front;
        _git = git;
        _own = own;
    }

    public static ReadOnlySpan<byte> GitName => ".gitignore"u8;

    public static ReadOnlySpan<byte> OwnName => ".gloveboxignore"u8;

    /// <summary>
    /// Never part of a tree: the folder of a git repository, or the file that names it, and the folder in which a checkout makes files ready.
    /// </summary>
    public static bool IsOutside(ReadOnlySpan<byte> name) => name.SequenceEqual(".git"u8) || name.StartsWith(Staging);

    /// <summary>What the names of a checkout's folders begin with.</summary>
    public static ReadOnlySpan<byte> Staging => ".glovebox-checkout-"u8;

    /// <summary>The scope of a folder below.</summary>
    /// <param name="folder">Its path from the root of the tree; empty for the root.</param>
    /// <param name="git">The content of its <c>.gitignore</c>; null when it has none.</param>
    /// <param name="own">The content of its <c>.gloveboxignore</c>; null when it has none.</param>
    public IgnoreScope Below(ReadOnlySpan<byte> folder, byte[]? git, byte[]? own)
    {
        if (git is null && own is null) return this;
        var front = folder.IsEmpty ? 0 : folder.Length + 1;
        return new IgnoreScope(this, front, git is null ? null : new IgnoreFile(git), own is null ? null : new IgnoreFile(own));
    }

    /// <param name="path">From the root of the tree.</param>
    /// <param name="name">The last part of the path.</param>
    public bool Ignores(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, bool folder)
    {
        if (IsOutside(name)) return true;
        for (var scope = this; scope is not null; scope = scope._above)
        {
            var below = path[scope._front..];
            if ((scope._own?.Ignores(below, name, folder) ?? scope._git?.Ignores(below, name, folder)) is { } answer) return answer;
        }
        return false;
    }
}
