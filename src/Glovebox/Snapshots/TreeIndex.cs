using Glovebox.Files;

namespace Glovebox.Snapshots;

/// <summary>Finds entries of a tree by path, using its order.</summary>
internal sealed class TreeIndex(Tree tree)
{
    private readonly IReadOnlyList<TreeEntry> _entries = tree.Entries;

    public TreeEntry? Find(string path)
    {
        var at = FirstFrom(path);
        return at < _entries.Count && _entries[at].Path == path ? _entries[at] : null;
    }

    /// <summary>The entries below a directory, in order.</summary>
    public IEnumerable<TreeEntry> Below(string folder)
    {
        var front = folder + "/";
        for (var at = FirstFrom(front); at < _entries.Count && _entries[at].Path.StartsWith(front, StringComparison.Ordinal); at++)
            yield return _entries[at];
    }

    private int FirstFrom(string path)
    {
        int low = 0, high = _entries.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (PathBytes.Compare(_entries[middle].Path, path) < 0) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
