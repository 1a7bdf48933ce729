using Glovebox.Files;
using Glovebox.Snapshots.Ignoring;

namespace Glovebox.Snapshots.Uppers;

/// <summary>
/// What a box deleted with a recorded folder beyond what was recorded: the files and folders in it that were ignored. What came after the
/// box began stays: the box never saw it.
/// </summary>
internal sealed class LowerDeletions(TreeIndex before, LowerContent content, Action<string> deleted)
{
    /// <summary>Goes through a deleted folder.</summary>
    /// <param name="lower">The folder as it still is in the tree.</param>
    public void Run(string path, Folder lower)
    {
        foreach (var (name, _) in lower.List())
        {
            if (IgnoreScope.IsOutside(name) || lower.Stat(name) is not { } state) continue;
            var below = path + "/" + PathBytes.ToText(name);
            if (before.Find(below) is null)
            {
                if (content.IsOlderThanBox(state)) deleted(below);
            }
            else if (state.Kind == FileKind.Folder && lower.TryOpenFolder(name, out _) is { } folder)
            {
                using (folder) Run(below, folder);
            }
        }
    }
}
