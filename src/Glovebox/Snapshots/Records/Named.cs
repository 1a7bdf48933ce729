using System.Text.Json.Nodes;
using Glovebox.Api.Runs;
using Glovebox.Api.Snapshots;

namespace Glovebox.Snapshots.Records;

/// <summary>What a name stands for: the content of a snapshot, or of a run before or after it.</summary>
/// <param name="Id">Of a snapshot or a run; <c>ID:before</c> for the tree that a run began with.</param>
/// <param name="Kind"><c>snapshot</c> or <c>run</c>.</param>
/// <param name="Sources">Where each name in <paramref name="Files"/> belongs.</param>
internal sealed record Named(
    string Id, string Kind, string Tree, string? Environment, string? Files, IReadOnlyDictionary<string, string> Sources,
    JsonObject Config, JsonObject Metrics)
{
    public const string Before = ":before";

    /// <summary>The id of the snapshot or the run itself.</summary>
    public string RecordId => Id.EndsWith(Before, StringComparison.Ordinal) ? Id[..^Before.Length] : Id;

    /// <param name="project">Entries made here say where files belong; else the newest one does.</param>
    public static Named Of(Snapshot snapshot, string project) => new(
        snapshot.Id, "snapshot", snapshot.Tree, snapshot.Environment, snapshot.FilesTree,
        (snapshot.Entries.LastOrDefault(entry => entry.Project == project) ?? snapshot.Entries[^1]).Sources,
        snapshot.Config, snapshot.Metrics.Count == 0 ? [] : snapshot.Metrics[^1].Values);

    /// <param name="suffix"><c>:before</c>, <c>:after</c> or nothing.</param>
    public static Named Of(Run run, string tree, string suffix) =>
        new(suffix == Before ? run.Id + Before : run.Id, "run", tree, EnvironmentOf(run), null, new Dictionary<string, string>(), run.Params, run.Metrics);

    /// <summary>Null for the machine's own system, whose image is its lock.</summary>
    public static string? EnvironmentOf(Run run) => run.Image == run.Environment.Digest ? null : run.Environment.Digest;
}
