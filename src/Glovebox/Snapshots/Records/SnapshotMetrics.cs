using System.Text.Json.Nodes;
using Glovebox.Api.Snapshots;

namespace Glovebox.Snapshots.Records;

/// <summary>Adds versions of a snapshot's metrics; none is ever changed.</summary>
internal static class SnapshotMetrics
{
    /// <summary>The metrics as they are from now on; nothing when there are none, or they are as they were.</summary>
    public static Snapshot Put(Snapshot snapshot, JsonObject metrics, DateTimeOffset now)
    {
        var latest = snapshot.Metrics.Count == 0 ? null : snapshot.Metrics[^1];
        if (latest is null ? metrics.Count == 0 : CanonicalJson.Equal(latest.Values, metrics)) return snapshot;
        return snapshot with { Metrics = [.. snapshot.Metrics, new MetricsVersion((latest?.Version ?? 0) + 1, now, metrics)] };
    }

    /// <summary>The latest with some replaced, added or left out.</summary>
    public static JsonObject Merge(Snapshot snapshot, JsonObject changes, IReadOnlyList<string> drop)
    {
        var merged = snapshot.Metrics.Count == 0 ? [] : (JsonObject)snapshot.Metrics[^1].Values.DeepClone();
        foreach (var (name, value) in changes) merged[name] = value?.DeepClone();
        foreach (var name in drop) merged.Remove(name);
        return merged;
    }
}
