using Glovebox.Api;
using Glovebox.Api.Runs;
using Glovebox.Api.Snapshots;
using Glovebox.Blobs;
using Glovebox.Environments;
using Glovebox.Files;
using Glovebox.Home;
using Glovebox.Projects;
using Glovebox.Snapshots.Checkouts;
using Glovebox.Snapshots.Diff;
using Glovebox.Snapshots.Records;
using Glovebox.Snapshots.Statuses;

namespace Glovebox.Snapshots;

/// <summary>Snapshots of projects, in this process.</summary>
public sealed class SnapshotsFeature : ISnapshots
{
    private readonly GloveboxHome _home;
    private readonly ISnapshotStore _store;
    private readonly TimeProvider _time;
    private readonly SnapshotNames _names;
    private readonly SnapshotMaker _maker;
    private readonly StatusReader _status;
    private readonly SnapshotDiffer _differ;
    private readonly CheckoutFeature _checkouts;

    /// <param name="runs">Made when a run is asked for.</param>
    public SnapshotsFeature(
        GloveboxHome home, ISnapshotStore store, ITrees trees, IBlobStore blobs, IEnvironmentPins environments, Func<IRuns> runs, TimeProvider time)
        : this(home, store, trees, blobs, environments, runs, time, step: null)
    {
    }

    /// <param name="step">Called before each change of a checkout; a test stops the work there.</param>
    internal SnapshotsFeature(
        GloveboxHome home, ISnapshotStore store, ITrees trees, IBlobStore blobs, IEnvironmentPins environments, Func<IRuns> runs, TimeProvider time,
        Action? step)
    {
        _home = home;
        _store = store;
        _time = time;
        _names = new SnapshotNames(store, runs);
        _maker = new SnapshotMaker(store, trees, blobs, environments, _names, time);
        var disk = new DiskLook(home);
        _status = new StatusReader(store, trees, _names, disk);
        _differ = new SnapshotDiffer(trees, blobs, environments);
        _checkouts = new CheckoutFeature(
            home, _names, _maker, new CheckoutParts(trees, disk), new UnsavedWork(store, runs, trees, blobs),
            new Checkout(home, store, trees, blobs, environments, time, step), trees, time);
    }

    public async Task<CreatedSnapshot> CreateAsync(SnapshotRequest request, CancellationToken cancellation)
    {
        await _checkouts.RecoverAsync(Project.Find(request.Directory).Root, cancellation);
        using var writing = await WriteAsync(cancellation);
        return await _maker.CreateAsync(request, cancellation);
    }

    public string ProjectOf(string directory) => Project.Find(directory).Root;

    public Task<IReadOnlyList<Snapshot>> ListAsync(SnapshotFilter filter, CancellationToken cancellation) => _store.ListAsync(filter, cancellation);

    public Task<Snapshot> GetAsync(string name, string directory, CancellationToken cancellation) =>
        _names.SnapshotAsync(name, Project.Find(directory).Root, cancellation);

    public async Task<SnapshotDiff> DiffAsync(string a, string b, string directory, CancellationToken cancellation)
    {
        var root = Project.Find(directory).Root;
        return _differ.Compare(await _names.ContentAsync(a, root, cancellation), await _names.ContentAsync(b, root, cancellation));
    }

    public async Task<CheckoutResult> CheckoutAsync(CheckoutRequest request, CancellationToken cancellation)
    {
        using var writing = await WriteAsync(cancellation);
        return await _checkouts.RunAsync(request, cancellation);
    }

    public async Task<Snapshot> UpdateAsync(SnapshotUpdate update, CancellationToken cancellation)
    {
        SnapshotLabels.Check(update.Label);
        var root = Project.Find(update.Directory).Root;
        var found = await _names.SnapshotAsync(update.Name, root, cancellation);
        await SnapshotLabels.DemandFreeAsync(_store, update.Label, found.Entries[^1].Project, found.Id, cancellation);
        var metrics = SnapshotValues.Numbers(SnapshotValues.Read(update.Metrics, update.Directory, root, []).Values, update.Metrics);
        var changed = await _store.ChangeAsync(found.Id, present => present is null ? null : Changed(present, update, metrics), cancellation);
        return changed is null ? throw RefusalException.NotFound($"snapshot {found.Id[..12]} was removed meanwhile") : changed with { Pinned = found.Pinned };
    }

    public async Task<Snapshot> RemoveAsync(string name, string directory, CancellationToken cancellation)
    {
        var found = await GetAsync(name, directory, cancellation);
        if (found.Pinned) throw RefusalException.Conflict($"snapshot {found.Id[..12]} is pinned; 'glovebox snapshot unpin {found.Id[..12]}' lets it go");
        await _store.ChangeAsync(found.Id, static _ => null, cancellation);
        return found;
    }

    public async Task<string> PinAsync(string name, string directory, bool pinned, CancellationToken cancellation)
    {
        var content = await _names.ContentAsync(name, Project.Find(directory).Root, cancellation);
        await _store.SetPinAsync(content.RecordId, pinned, cancellation);
        return content.RecordId;
    }

    public async Task<ProjectStatus> StatusAsync(string directory, CancellationToken cancellation)
    {
        var root = Project.Find(directory).Root;
        var unfinished = await _checkouts.RecoverAsync(root, cancellation);
        return await _status.ReadAsync(root, unfinished, cancellation);
    }

    private Snapshot Changed(Snapshot present, SnapshotUpdate update, System.Text.Json.Nodes.JsonObject metrics)
    {
        var entry = present.Entries[^1];
        entry = entry with
        {
            Message = update.Message ?? entry.Message,
            Label = update.Label is null ? entry.Label : update.Label.Length == 0 ? null : update.Label,
        };
        // A label that is taken away is taken from every entry: else an older one would still name it.
        var entries = present.Entries.Take(present.Entries.Count - 1)
            .Select(older => update.Label is { Length: 0 } ? older with { Label = null } : older).Append(entry);
        var merged = SnapshotMetrics.Merge(present, metrics, update.Drop);
        return SnapshotMetrics.Put(present with { Entries = [.. entries] }, merged, _time.GetUtcNow());
    }

    // What is stored before its record is written must not be taken for rubbish.
    private Task<FileLock> WriteAsync(CancellationToken cancellation)
    {
        Directory.CreateDirectory(_home.Locks);
        return FileLock.AcquireAsync(_home.StoreLock, _time, cancellation, shared: true);
    }
}
