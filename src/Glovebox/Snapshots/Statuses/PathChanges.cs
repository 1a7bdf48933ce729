using Glovebox.Api.Snapshots;
using Glovebox.Snapshots.Diff;

namespace Glovebox.Snapshots.Statuses;

/// <summary>Changes as a person reads them: a file that went and came with the same bytes was renamed.</summary>
internal static class PathChanges
{
    public static IReadOnlyList<PathChange> Of(IReadOnlyList<TreeChange> changes)
    {
        var renames = Renames.Equal(changes);
        var gone = renames.Values.ToHashSet();
        return [.. changes.Where(change => change.Kind != TreeChangeKind.Rewritten && !gone.Contains(change))
            .Select(change => Of(change, renames.GetValueOrDefault(change.Path)?.Path))];
    }

    private static PathChange Of(TreeChange change, string? from) => new(change.Path, Word(change, from), KindOf(change.After ?? change.Before!), from);

    private static string Word(TreeChange change, string? from) => change switch
    {
        { Before: null } => from is null ? "added" : "renamed",
        { After: null } => "deleted",
        _ => change.Before with { Mode = change.After.Mode } == change.After ? "mode" : "modified",
    };

    private static string KindOf(TreeEntry entry) => entry.Kind.ToString().ToLowerInvariant();
}
