using Glovebox.Files;

namespace Glovebox.Snapshots.Ignoring;

/// <summary>
/// Folders whose own ignore file ignores all in them, itself too: caches of test runners and linters, virtual environments. They are taken
/// for ignored as a whole.
/// </summary>
internal static class SelfIgnoring
{
    /// <param name="path">The folder's path from the root of the tree.</param>
    /// <param name="rules">The rules of the folder above.</param>
    public static bool Is(Folder parent, byte[] name, string path, IgnoreScope rules)
    {
        using var folder = parent.TryOpenFolder(name, out _);
        if (folder is null) return false;
        var bytes = PathBytes.FromText(path);
        var names = folder.List();
        var scope = IgnoreReader.Below(rules, bytes, folder, names, out var ignoresItself);
        return ignoresItself && names.TrueForAll(entry =>
            scope.Ignores([.. bytes, (byte)'/', .. entry.Name], entry.Name, entry.Kind == FileKind.Folder));
    }
}
