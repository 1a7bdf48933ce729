using System.Text.Json.Nodes;
using Glovebox.Api;
using Glovebox.Api.Runs;
using Glovebox.Api.Snapshots;
using Glovebox.Blobs;
using Glovebox.Environments;
using Glovebox.Projects;

namespace Glovebox.Snapshots.Records;

/// <summary>Makes snapshots: of a project as it is, or of what a run left.</summary>
internal sealed class SnapshotMaker(
    ISnapshotStore store, ITrees trees, IBlobStore blobs, IEnvironmentPins environments, SnapshotNames names, TimeProvider time)
{
    /// <summary>The caller holds the store's lock, so that gc takes nothing of this for rubbish before it is recorded.</summary>
    public async Task<CreatedSnapshot> CreateAsync(SnapshotRequest request, CancellationToken cancellation)
    {
        SnapshotLabels.Check(request.Label);
        var root = Project.Find(request.Directory).Root;
        return request.Run is { } run
            ? await OfRunAsync(run, request, root, cancellation)
            : await OfProjectAsync(request, root, cancellation);
    }

    private async Task<CreatedSnapshot> OfProjectAsync(SnapshotRequest request, string root, CancellationToken cancellation)
    {
        var (config, configFile) = SnapshotValues.Read(request.Config, request.Directory, root, SnapshotValues.ConfigNames);
        var (metrics, metricsFile) = SnapshotValues.Read(request.Metrics, request.Directory, root, SnapshotValues.MetricsNames);
        var tree = trees.Capture(root, cancellation);
        var index = new TreeIndex(tree);
        List<string> paths = [.. request.Paths];
        // What decides the environment, or the config, belongs to the snapshot even where it is ignored or elsewhere.
        foreach (var file in new[] { Path.Join(root, Project.LockFileName), request.Config.File is null ? null : configFile })
        {
            if (file is not null && File.Exists(file) && index.Find(Path.GetRelativePath(root, file)) is null) paths.Add(file);
        }

        var files = ExtraFiles.Capture(paths, request.Directory, root, trees, blobs, cancellation);
        var content = new SnapshotContent(tree, environments.PinOf(root), files.Tree, config);
        List<string> notes = [];
        if (!request.Config.IsGiven && configFile is not null) notes.Add($"config from {Path.GetFileName(configFile)}");
        if (!request.Metrics.IsGiven && metricsFile is not null) notes.Add($"metrics from {Path.GetFileName(metricsFile)}");
        var made = await KeepAsync(content, files, SnapshotValues.Numbers(metrics, request.Metrics), request, root, null, notes, cancellation);
        await store.SetCurrentAsync(root, made.Snapshot.Id, cancellation);
        return made;
    }

    private async Task<CreatedSnapshot> OfRunAsync(string part, SnapshotRequest request, string root, CancellationToken cancellation)
    {
        if (request.Paths.Count > 0)
            throw RefusalException.Bad("--path takes what is there now and --run what was there then: give one of them");
        var run = await names.RunAsync(part, cancellation) ?? throw RefusalException.NotFound($"no run '{part}'; 'glovebox runs ls' lists them");
        var after = run.TreeAfter ?? throw RefusalException.Conflict($"run {run.Id} has not ended: it has no result yet");
        var config = (JsonObject)run.Params.DeepClone();
        foreach (var (name, value) in SnapshotValues.Read(request.Config, request.Directory, root, []).Values) config[name] = value?.DeepClone();
        var metrics = (JsonObject)run.Metrics.DeepClone();
        foreach (var (name, value) in SnapshotValues.Read(request.Metrics, request.Directory, root, []).Values) metrics[name] = value?.DeepClone();
        var content = new SnapshotContent(trees.Load(new BlobId(after)), Named.EnvironmentOf(run), null, config);
        return await KeepAsync(
            content, ExtraFiles.None, SnapshotValues.Numbers(metrics, request.Metrics), request, run.Project, run, [], cancellation);
    }

    private async Task<CreatedSnapshot> KeepAsync(
        SnapshotContent content, ExtraFiles files, JsonObject metrics, SnapshotRequest request, string project, Run? run,
        IReadOnlyList<string> notes, CancellationToken cancellation)
    {
        var id = blobs.Put(content.Text()).Hex;
        await SnapshotLabels.DemandFreeAsync(store, request.Label, project, id, cancellation);
        var entry = new SnapshotEntry(request.Message, request.Label, time.GetUtcNow(), project, run?.Id, files.Sources);
        var created = false;
        var snapshot = await store.ChangeAsync(id, present =>
        {
            created = present is null;
            var known = present ?? New(id, content, files);
            var next = known with { Entries = [.. known.Entries, entry] };
            // Who says nothing of metrics does not take them away.
            return metrics.Count == 0 ? next : SnapshotMetrics.Put(next, metrics, time.GetUtcNow());
        }, cancellation);
        if (request.Pin) await store.SetPinAsync(id, pinned: true, cancellation);
        return new CreatedSnapshot(snapshot! with { Pinned = snapshot.Pinned || request.Pin }, created, notes);
    }

    private static Snapshot New(string id, SnapshotContent content, ExtraFiles files)
    {
        var entries = content.Tree.Entries.Concat(content.Files?.Entries ?? []);
        return new Snapshot
        {
            Id = id,
            Tree = content.Tree.Id.Hex,
            Environment = content.Environment,
            FilesTree = content.Files?.Id.Hex,
            Files = [.. files.Sources.Keys],
            Config = (JsonObject)content.Config.DeepClone(),
            Count = content.Tree.Entries.Count + (content.Files?.Entries.Count ?? 0),
            Bytes = entries.Sum(entry => entry.Size),
            Entries = [],
        };
    }
}
