using System.Text.Json;
using Glovebox.Api.Snapshots;

namespace Glovebox.Storage.Sqlite.Snapshots;

/// <summary>Reads a snapshot's record, by hand: see <see cref="JsonRecord"/>.</summary>
internal static class SnapshotReading
{
    /// <exception cref="JsonException">It is no record of a snapshot.</exception>
    public static Snapshot Read(string document) => JsonRecord.Read(document, Read);

    private static Snapshot Read(JsonElement snapshot) => new()
    {
        Id = snapshot.Needed("id"),
        Tree = snapshot.Needed("tree"),
        Environment = snapshot.Text("environment"),
        FilesTree = snapshot.Text("filesTree"),
        Files = snapshot.Texts("files"),
        Config = snapshot.Values("config"),
        Count = snapshot.GetProperty("count").GetInt32(),
        Bytes = snapshot.GetProperty("bytes").GetInt64(),
        Entries = Entries(snapshot.GetProperty("entries")),
        Metrics = Metrics(snapshot),
        Pinned = snapshot.Truth("pinned"),
    };

    private static List<SnapshotEntry> Entries(JsonElement list)
    {
        var entries = new List<SnapshotEntry>();
        foreach (var entry in list.EnumerateArray())
        {
            entries.Add(new SnapshotEntry(
                entry.Needed("message"), entry.Text("label"), entry.GetProperty("createdAt").GetDateTimeOffset(), entry.Needed("project"), entry.Text("run"),
                entry.TextsByName("sources")));
        }

        return entries;
    }

    private static List<MetricsVersion> Metrics(JsonElement snapshot)
    {
        var versions = new List<MetricsVersion>();
        if (snapshot.Member("metrics") is not { } list) return versions;
        foreach (var version in list.EnumerateArray())
            versions.Add(new MetricsVersion(version.GetProperty("version").GetInt32(), version.GetProperty("at").GetDateTimeOffset(), version.Values("values")));
        return versions;
    }
}
