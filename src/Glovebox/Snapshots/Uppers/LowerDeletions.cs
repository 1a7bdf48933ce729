using Glovebox.Files;
using Glovebox.Snapshots.Ignoring;

namespace Glovebox.Snapshots.Uppers;

/// <summary>
/// What a box deleted with a recorded folder beyond what was recorded: the ignored files and folders in it. What is neither ignored nor
/// recorded came after the box began: it never saw that.
/// </summary>
internal sealed class LowerDeletions(TreeIndex before, Action<string> deleted)
{
    /// <summary>Goes through a deleted folder.</summary>
    /// <param name="lower">The folder as it still is in the tree.</param>
    /// <param name="rules">The rules of the folder above it.</param>
    public void Run(string path, Folder lower, IgnoreScope rules)
    {
        var names = lower.List();
        var scope = IgnoreReader.Below(rules, PathBytes.FromText(path), lower, names, out _);
        foreach (var (name, _) in names)
        {
            if (IgnoreScope.IsGit(name) || lower.Stat(name) is not { } state) continue;
            var below = path + "/" + PathBytes.ToText(name);
            var isFolder = state.Kind == FileKind.Folder;
            if (before.Find(below) is null)
            {
                var ignored = scope.Ignores(PathBytes.FromText(below), name, isFolder) || (isFolder && SelfIgnoring.Is(lower, name, below, scope));
                if (ignored) deleted(below);
            }
            else if (isFolder && lower.TryOpenFolder(name, out _) is { } folder)
            {
                using (folder) Run(below, folder, scope);
            }
        }
    }
}
