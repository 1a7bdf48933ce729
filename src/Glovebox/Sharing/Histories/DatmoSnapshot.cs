using System.Text.Json.Nodes;
using Glovebox.Api.Snapshots;
using Glovebox.Snapshots;
using Glovebox.Snapshots.Records;

namespace Glovebox.Sharing.Histories;

/// <summary>A snapshot of datmo's as one of ours: its id is that of its content, as everywhere.</summary>
internal sealed class DatmoSnapshot(HomeSide home)
{
    /// <summary>Stands for one that is only counted.</summary>
    public static Snapshot Unstored(string id) => new() { Id = id, Tree = "", Count = 0, Bytes = 0, Entries = [] };

    public Snapshot Make(JsonObject said, IReadOnlyList<TreeEntry> code, IReadOnlyList<TreeEntry> files, DateTimeOffset made, string project)
    {
        var tree = home.Trees.Save(ForeignRuns.WithParents(code));
        var beside = files.Count > 0 ? home.Trees.Save(ForeignRuns.WithParents(files)) : null;
        string[] names = [.. files.Select(entry => entry.Path.Split('/')[0]).Distinct().Order(StringComparer.Ordinal)];
        var content = new SnapshotContent(tree, null, beside, DatmoStore.Values(said, "config", numbersOnly: false));
        var metrics = DatmoStore.Values(said, "stats", numbersOnly: true);
        var label = DatmoStore.Text(said, "label") is { Length: > 0 } given ? given : null;
        var all = tree.Entries.Concat(beside?.Entries ?? []).ToList();
        return new Snapshot
        {
            Id = home.Blobs.Put(content.Text()).Hex,
            Tree = tree.Id.Hex,
            FilesTree = beside?.Id.Hex,
            Files = names,
            Config = content.Config,
            Count = all.Count,
            Bytes = all.Sum(entry => entry.Size),
            Metrics = metrics.Count > 0 ? [new MetricsVersion(1, made, metrics)] : [],
            Entries =
            [
                new SnapshotEntry(
                    DatmoStore.Text(said, "message") ?? "", label, made, project, null, names.ToDictionary(name => name, name => "files/" + name, StringComparer.Ordinal)),
            ],
        };
    }
}
