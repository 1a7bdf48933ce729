using Glovebox.Api;
using Glovebox.Api.Snapshots;

namespace Glovebox.Snapshots.Records;

/// <summary>Labels: names that a person gives to snapshots, each to one within a project.</summary>
internal static class SnapshotLabels
{
    private const int Longest = 128;

    /// <exception cref="RefusalException">It cannot be a label.</exception>
    public static void Check(string? label)
    {
        if (string.IsNullOrEmpty(label)) return;
        var right = label.Length <= Longest && char.IsLetterOrDigit(label[0])
            && label.All(c => char.IsLetterOrDigit(c) || c is '.' or '_' or '-' or '/' or '+' or '@');
        if (!right)
            throw RefusalException.Bad($"label '{label}': give letters, digits and any of . _ - / + @, beginning with a letter or digit, at most {Longest}");
    }

    /// <exception cref="RefusalException">The label is another snapshot's.</exception>
    public static async Task DemandFreeAsync(ISnapshotStore store, string? label, string project, string id, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(label)) return;
        var other = (await store.ListAsync(new SnapshotFilter(project, label), cancellation))
            .FirstOrDefault(s => s.Id != id && s.Entries.Any(entry => entry.Label == label && entry.Project == project));
        if (other is not null)
        {
            var taken = other.Id[..12];
            throw RefusalException.Conflict($"label '{label}' is snapshot {taken}'s; give another one, or take it away with: glovebox snapshot update {taken} --label ''");
        }
    }
}
