using Glovebox.Files;

namespace Glovebox.Snapshots.Uppers;

/// <summary>Collects what a box changed; one change a path.</summary>
internal sealed class UpperRecord
{
    private readonly Dictionary<string, TreeChange> _recorded = [];
    private readonly List<IgnoredChange> _ignored = [];
    private readonly List<string> _left = [];

    /// <summary>Files whose content is still to be stored and compared.</summary>
    public List<UpperFile> Files { get; } = [];

    /// <summary>How much is recorded or may be: unchanged when nothing was.</summary>
    public int Weight => _recorded.Count + Files.Count;

    public int IgnoredCount => _ignored.Count;

    public void Add(TreeEntry? before, TreeEntry? after) => _recorded[(before ?? after)!.Path] = TreeComparison.Change(before, after);

    public void Ignore(string path, bool deleted, bool modeOnly = false) => _ignored.Add(new IgnoredChange(path, deleted, modeOnly));

    public void Leave(string path, string reason) => _left.Add($"{path}: {reason}");

    /// <summary>Says one new folder for all that was ignored since there were that many.</summary>
    public void Collapse(int from, string folder)
    {
        _ignored.RemoveRange(from, _ignored.Count - from);
        Ignore(folder, deleted: false);
    }

    public UpperChanges Finish()
    {
        var recorded = _recorded.Values.ToList();
        recorded.Sort(static (left, right) => PathBytes.Compare(left.Path, right.Path));
        _ignored.Sort(static (left, right) => PathBytes.Compare(left.Path, right.Path));
        _left.Sort(PathBytes.Compare);
        return new UpperChanges(recorded, _ignored, _left);
    }
}

/// <summary>A file in an upper directory.</summary>
internal sealed record UpperFile(string Path, FileState State, TreeEntry? Before);
