using Glovebox.Files;

namespace Glovebox.Snapshots.Ignoring;

/// <summary>Finds the ignore files of folders.</summary>
internal static class IgnoreReader
{
    private const int Largest = 16 << 20;

    /// <summary>The scope of an open folder.</summary>
    /// <param name="path">Its path from the root of the tree.</param>
    /// <param name="ignoresItself">True when one of the ignore files is itself ignored.</param>
    public static IgnoreScope Below(
        IgnoreScope above, ReadOnlySpan<byte> path, Folder folder, List<FolderEntry> entries, out bool ignoresItself)
    {
        byte[]? git = null, own = null;
        foreach (var (name, _) in entries)
        {
            if (name.AsSpan().SequenceEqual(IgnoreScope.GitName)) git = Read(folder, name);
            else if (name.AsSpan().SequenceEqual(IgnoreScope.OwnName)) own = Read(folder, name);
        }
        var scope = above.Below(path, git, own);
        ignoresItself = (git is not null && Ignores(scope, path, IgnoreScope.GitName)) || (own is not null && Ignores(scope, path, IgnoreScope.OwnName));
        return scope;
    }

    /// <summary>The content of an ignore file; null when there is none. A link is not followed, as in git.</summary>
    public static byte[]? Read(Folder folder, ReadOnlySpan<byte> name)
    {
        using var file = folder.TryOpenFile(name, out var errno);
        if (file is null)
        {
            if (errno is Errno.NotFound or Errno.LinkLoop) return null;
            throw new UnreadableTreeException(folder.PathOf(name), FileException.ReasonOf(errno));
        }
        var path = folder.PathOf(name);
        var state = FileContent.Stat(file, path);
        if (state.Kind != FileKind.File) return null;
        if (state.Size > Largest) throw new UnreadableTreeException(path, $"an ignore file of {state.Size} bytes");
        var content = new byte[state.Size];
        return content[..FileContent.Fill(file, content, path)];
    }

    private static bool Ignores(IgnoreScope scope, ReadOnlySpan<byte> folder, ReadOnlySpan<byte> name) =>
        scope.Ignores(folder.IsEmpty ? name : [.. folder, (byte)'/', .. name], name, folder: false);
}
