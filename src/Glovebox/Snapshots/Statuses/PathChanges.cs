using Glovebox.Api.Snapshots;

namespace Glovebox.Snapshots.Statuses;

/// <summary>Changes as a person reads them: a file that went and came with the same bytes was renamed.</summary>
internal static class PathChanges
{
    public static IReadOnlyList<PathChange> Of(IReadOnlyList<TreeChange> changes)
    {
        var gone = changes.Where(change => change.After is null && Content(change.Before!) is not null)
            .GroupBy(change => Content(change.Before!)!).ToDictionary(group => group.Key, group => new Queue<TreeChange>(group));
        var renamed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var come in changes.Where(change => change.Before is null))
        {
            if (Content(come.After!) is { } content && gone.TryGetValue(content, out var olds) && olds.TryDequeue(out var old)) renamed[come.Path] = old.Path;
        }

        var sources = renamed.Values.ToHashSet(StringComparer.Ordinal);
        return [.. changes.Where(change => change.Kind != TreeChangeKind.Rewritten && !(change.After is null && sources.Contains(change.Path)))
            .Select(change => new PathChange(change.Path, Word(change, renamed), KindOf(change.After ?? change.Before!), renamed.GetValueOrDefault(change.Path)))];
    }

    /// <summary>What tells that two files are one; an empty file tells nothing.</summary>
    private static string? Content(TreeEntry entry) => entry is { Kind: TreeEntryKind.File, Size: > 0, Blob: { } blob } ? blob.Hex : null;

    private static string Word(TreeChange change, Dictionary<string, string> renamed) => change switch
    {
        { Before: null } => renamed.ContainsKey(change.Path) ? "renamed" : "added",
        { After: null } => "deleted",
        _ => change.Before with { Mode = change.After.Mode } == change.After ? "mode" : "modified",
    };

    private static string KindOf(TreeEntry entry) => entry.Kind.ToString().ToLowerInvariant();
}
