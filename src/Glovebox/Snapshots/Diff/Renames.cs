namespace Glovebox.Snapshots.Diff;

/// <summary>Which of the files that went are those that came under another name. From each new path to the change of the old one.</summary>
internal static class Renames
{
    /// <summary>Texts that share so much of the longer one are one file.</summary>
    private const double Alike = 0.5;

    /// <summary>Beyond so many comparisons nobody reads the answer.</summary>
    private const int MostPairs = 10_000;

    /// <summary>By equal bytes; where several have them, the one with the same file name.</summary>
    public static Dictionary<string, TreeChange> Equal(IReadOnlyList<TreeChange> changes)
    {
        var gone = changes.Where(change => change.After is null && Content(change.Before!) is not null)
            .GroupBy(change => Content(change.Before!)!, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);
        var renames = new Dictionary<string, TreeChange>(StringComparer.Ordinal);
        foreach (var come in changes.Where(change => change.Before is null))
        {
            if (Content(come.After!) is not { } content || !gone.TryGetValue(content, out var olds) || olds.Count == 0) continue;
            var old = olds.Find(one => FileName(one.Path) == FileName(come.Path)) ?? olds[0];
            olds.Remove(old);
            renames[come.Path] = old;
        }

        return renames;
    }

    /// <summary>By equal bytes, then by text that is alike by half or more: the most alike first.</summary>
    /// <param name="textOf">Null for what is no text.</param>
    public static Dictionary<string, TreeChange> Find(IReadOnlyList<TreeChange> changes, Func<TreeEntry?, string?> textOf)
    {
        var renames = Equal(changes);
        var taken = renames.Values.Select(change => change.Path).ToHashSet(StringComparer.Ordinal);
        var gone = changes.Where(change => change.After is null && IsFile(change.Before) && !taken.Contains(change.Path)).ToList();
        var come = changes.Where(change => change.Before is null && IsFile(change.After) && !renames.ContainsKey(change.Path)).ToList();
        if (gone.Count == 0 || come.Count == 0 || (long)gone.Count * come.Count > MostPairs) return renames;
        var before = gone.ConvertAll(change => (Change: change, Lines: LinesOf(textOf(change.Before))));
        var after = come.ConvertAll(change => (Change: change, Lines: LinesOf(textOf(change.After))));
        var pairs = from old in before from now in after
                    let share = Share(old.Lines, now.Lines)
                    where share >= Alike
                    orderby share descending
                    select (Old: old.Change, Now: now.Change);
        foreach (var (old, now) in pairs)
        {
            if (!renames.ContainsKey(now.Path) && taken.Add(old.Path)) renames[now.Path] = old;
        }

        return renames;
    }

    /// <summary>What tells that two files are one; an empty file tells nothing.</summary>
    private static string? Content(TreeEntry entry) => entry is { Kind: TreeEntryKind.File, Size: > 0, Blob: { } blob } ? blob.Hex : null;

    private static bool IsFile(TreeEntry? entry) => entry is { Kind: TreeEntryKind.File, Size: > 0 };

    private static string FileName(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static Dictionary<string, int> LinesOf(string? text)
    {
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var line in (text ?? "").Split('\n').Where(line => line.Length > 0)) lines[line] = lines.GetValueOrDefault(line) + 1;
        return lines;
    }

    /// <summary>How much of the longer text its lines in both make up, 0 to 1.</summary>
    private static double Share(Dictionary<string, int> a, Dictionary<string, int> b)
    {
        var common = a.Sum(line => (long)line.Key.Length * Math.Min(line.Value, b.GetValueOrDefault(line.Key)));
        var longer = Math.Max(Length(a), Length(b));
        return longer == 0 ? 0 : (double)common / longer;
    }

    private static long Length(Dictionary<string, int> lines) => lines.Sum(line => (long)line.Key.Length * line.Value);
}
