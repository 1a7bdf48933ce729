using Glovebox.Files;

namespace Glovebox.Snapshots;

/// <summary>Walks two trees side by side.</summary>
internal static class TreeComparison
{
    public static List<TreeChange> Run(Tree before, Tree after)
    {
        var changes = new List<TreeChange>();
        if (before.Id == after.Id) return changes;
        int b = 0, a = 0;
        while (b < before.Entries.Count || a < after.Entries.Count)
        {
            var order = b == before.Entries.Count ? 1 : a == after.Entries.Count ? -1
                : PathBytes.Compare(before.Entries[b].Path, after.Entries[a].Path);
            var old = order <= 0 ? before.Entries[b++] : null;
            var now = order >= 0 ? after.Entries[a++] : null;
            if (old != now) changes.Add(Change(old, now));
        }
        return changes;
    }

    /// <summary>The change from one entry to the other; at most one of them is null.</summary>
    public static TreeChange Change(TreeEntry? before, TreeEntry? after) => new(
        before is null ? TreeChangeKind.Added
        : after is null ? TreeChangeKind.Deleted
        : before == after ? TreeChangeKind.Rewritten
        : TreeChangeKind.Modified,
        (before ?? after)!.Path, before, after);
}
