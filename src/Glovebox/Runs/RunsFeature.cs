using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Api.Execution;
using Glovebox.Api.Runs;
using Glovebox.Blobs;
using Glovebox.Environments;
using Glovebox.Execution;
using Glovebox.Files;
using Glovebox.Home;
using Glovebox.Projects;
using Glovebox.Runs.Diff;
using Glovebox.Query;
using Glovebox.Runs.Tracking;
using Glovebox.Snapshots;

namespace Glovebox.Runs;

/// <summary>Running commands and looking at what was run, in this process.</summary>
public sealed class RunsFeature : IRuns
{
    private readonly GloveboxHome _home;
    private readonly TimeProvider _time;
    private readonly IRunStore _store;
    private readonly ITrees _trees;
    private readonly RunPlanner _planner;
    private readonly RunLauncher _launcher;
    private readonly RunRepeater _repeater;
    private readonly RunRecovery _recovery;
    private readonly RunDiffer _differ;
    private readonly RunReports _reports;

    public RunsFeature(
        GloveboxHome home, IRunStore store, ITrees trees, IBlobStore blobs, IEnvironmentSource environments, IGitReader git,
        IReadOnlyList<IBackend> backends, RunSettings settings, TimeProvider time)
    {
        _home = home;
        _time = time;
        _store = store;
        _trees = trees;
        _reports = new RunReports(blobs);
        var finisher = new RunFinisher(home, store, trees, _reports, time);
        _planner = new RunPlanner(environments, trees, git, backends);
        _launcher = new RunLauncher(home, store, trees, finisher, settings, time);
        _repeater = new RunRepeater(environments, trees, backends);
        _recovery = new RunRecovery(home, store, backends, finisher, time);
        _differ = new RunDiffer(environments, trees, blobs);
    }

    public async Task<Run> StartAsync(RunRequest request, RunStreams streams, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        using var writing = await WriteAsync(cancellation);
        var plan = await _planner.PlanAsync(request, progress, cancellation);
        return await _launcher.LaunchAsync(plan, writing, streams, cancellation);
    }

    public async Task<RerunResult> RerunAsync(
        RerunRequest request, RunStreams streams, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        var recorded = await GetAsync(request.Id, cancellation);
        if (request.Verify && recorded.Status <= ExecutionState.Running)
            throw RefusalException.Conflict($"run {recorded.Id} has not ended, so there is nothing to verify against; 'glovebox runs wait {recorded.Id}' waits for it");
        using var writing = await WriteAsync(cancellation);
        var plan = await _repeater.PlanAsync(recorded, request, progress, cancellation);
        var run = await _launcher.LaunchAsync(plan, writing, streams, cancellation);
        return new RerunResult(run, request.Verify ? RunRepeater.Compare(recorded, run) : null);
    }

    public async Task<IReadOnlyList<Run>> ListAsync(RunFilter filter, CancellationToken cancellation)
    {
        RunFilters.Check(filter);
        var where = filter.Where is { } text ? ConditionParser.Parse(text, RunFields.Catalog) : null;
        await _recovery.RecoverAsync(cancellation);
        return await _store.ListAsync(filter, where, cancellation);
    }

    public async Task<Run> GetAsync(string id, CancellationToken cancellation)
    {
        await _recovery.RecoverAsync(cancellation);
        var run = await RunIds.FindAsync(_store, id, cancellation);
        return run.Status == ExecutionState.Running ? RunReports.Present(run, Reported(run)) : run;
    }

    public async Task<IReadOnlyList<MetricSeries>> SeriesAsync(string id, CancellationToken cancellation)
    {
        await _recovery.RecoverAsync(cancellation);
        var run = await RunIds.FindAsync(_store, id, cancellation);
        return run.Status == ExecutionState.Running ? Reported(run).Series : _reports.Series(run);
    }

    private Report Reported(Run run)
    {
        var folder = new RunFolder(_home, run.Id);
        return _reports.Read(folder, folder.TreeInBox(run), artifacts: null);
    }

    public async Task<Run> WaitAsync(string id, CancellationToken cancellation)
    {
        var run = await RunIds.FindAsync(_store, id, cancellation);
        await _recovery.WaitAsync(run.Id, CancellationToken.None, cancellation);
        return await RunIds.FindAsync(_store, run.Id, cancellation);
    }

    public async Task<Run> CancelAsync(string id, CancellationToken cancellation)
    {
        var run = await RunIds.FindAsync(_store, id, cancellation);
        if (run.Status > ExecutionState.Running)
            throw RefusalException.Conflict($"run {run.Id} has ended already ({run.Status.ToString().ToLowerInvariant()})");
        RunOwner.AskToEnd(new RunFolder(_home, run.Id), alone: run.Sweep is not null);
        await _recovery.WaitAsync(run.Id, new CancellationToken(canceled: true), cancellation);
        return await RunIds.FindAsync(_store, run.Id, cancellation);
    }

    public async Task CopyLogAsync(string id, Stream? output, Stream? error, bool follow, CancellationToken cancellation)
    {
        var run = await GetAsync(id, cancellation);
        var ended = follow && run.Status <= ExecutionState.Running
            ? _recovery.WaitAsync(run.Id, CancellationToken.None, cancellation)
            : Task.CompletedTask;
        await RunLog.CopyAsync(new RunFolder(_home, run.Id).Log, output, error, ended, _time, cancellation);
    }

    public async Task<Run> CopyOutputsAsync(string id, string directory, CancellationToken cancellation)
    {
        var run = await GetAsync(id, cancellation);
        if (run.TreeAfter is not { } after) throw RefusalException.Conflict($"run {run.Id} has not ended; it has no outputs yet");
        if (File.Exists(directory) || (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any()))
            throw RefusalException.Conflict($"{directory} is there and not empty; name a new or an empty directory");
        Directory.CreateDirectory(directory);
        var written = run.Outputs.Select(o => o.Path).ToHashSet(StringComparer.Ordinal);
        TreeChange[] changes = [.. _trees.Load(new BlobId(after)).Entries.Where(e => written.Contains(e.Path))
            .Select(entry => new TreeChange(TreeChangeKind.Added, entry.Path, null, entry))];
        _trees.Extract(changes, directory, cancellation);
        return run;
    }

    public async Task<RunDiff> DiffAsync(string a, string b, CancellationToken cancellation) =>
        _differ.Compare(await GetAsync(a, cancellation), await GetAsync(b, cancellation));

    public async Task RemoveAsync(string id, CancellationToken cancellation)
    {
        var run = await GetAsync(id, cancellation);
        if (run.Status <= ExecutionState.Running)
            throw RefusalException.Conflict($"run {run.Id} is {run.Status.ToString().ToLowerInvariant()}; 'glovebox runs cancel {run.Id}' ends it first");
        await _store.RemoveAsync(run.Id, cancellation);
        new RunFolder(_home, run.Id).Drop();
    }

    // What is stored before its record is written must not be taken for rubbish.
    private Task<FileLock> WriteAsync(CancellationToken cancellation)
    {
        Directory.CreateDirectory(_home.Locks);
        return FileLock.AcquireAsync(_home.StoreLock, _time, cancellation, shared: true);
    }
}
