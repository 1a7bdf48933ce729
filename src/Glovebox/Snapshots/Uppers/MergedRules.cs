using Glovebox.Files;
using Glovebox.Snapshots.Ignoring;

namespace Glovebox.Snapshots.Uppers;

/// <summary>The ignore rules of a folder as a box left them: its own file where it wrote one, none where it removed one, else the file below.</summary>
internal static class MergedRules
{
    /// <param name="path">From the root of the tree.</param>
    /// <param name="ignoresItself">True when one of the ignore files is itself ignored.</param>
    public static IgnoreScope Below(IgnoreScope above, string path, Folder upper, Folder? lower, out bool ignoresItself)
    {
        var bytes = PathBytes.FromText(path);
        var git = Read(upper, lower, IgnoreScope.GitName);
        var own = Read(upper, lower, IgnoreScope.OwnName);
        var scope = above.Below(bytes, git, own);
        ignoresItself = (git is not null && Ignores(scope, bytes, IgnoreScope.GitName)) || (own is not null && Ignores(scope, bytes, IgnoreScope.OwnName));
        return scope;
    }

    private static byte[]? Read(Folder upper, Folder? lower, ReadOnlySpan<byte> name)
    {
        if (upper.Stat(name) is not { } state) return lower is null ? null : IgnoreReader.Read(lower, name);
        return state.Kind == FileKind.File && !OverlayMarks.IsWhiteout(upper, name.ToArray(), state) ? IgnoreReader.Read(upper, name) : null;
    }

    private static bool Ignores(IgnoreScope scope, byte[] folder, ReadOnlySpan<byte> name) =>
        scope.Ignores(folder.Length == 0 ? name : [.. folder, (byte)'/', .. name], name, folder: false);
}
