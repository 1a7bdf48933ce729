using Glovebox.Api.Snapshots;
using Glovebox.Snapshots.Records;

namespace Glovebox.Sharing.Packing;

/// <summary>Two records of one snapshot: its content is the same everywhere, what was said of it may differ.</summary>
internal static class SnapshotUnion
{
    /// <summary>Every entry and every version of the metrics of either, in the order of their times. Whether it is pinned is this home's own affair.</summary>
    public static Snapshot Of(Snapshot here, Snapshot there)
    {
        var entries = here.Entries.Concat(there.Entries.Where(entry => !here.Entries.Any(known => IsSame(known, entry)))).OrderBy(entry => entry.CreatedAt).ToList();
        var added = there.Metrics.Where(version => !here.Metrics.Any(known => known.At == version.At && CanonicalJson.Equal(known.Values, version.Values))).ToList();
        if (entries.Count == here.Entries.Count && added.Count == 0) return here;
        var metrics = here.Metrics.Concat(added).OrderBy(version => version.At).Select((version, at) => version with { Version = at + 1 });
        return here with { Entries = entries, Metrics = [.. metrics] };
    }

    private static bool IsSame(SnapshotEntry one, SnapshotEntry other) =>
        one.Message == other.Message && one.CreatedAt == other.CreatedAt && one.Project == other.Project && one.Run == other.Run;
}
