using Glovebox.Api.Execution;
using Glovebox.Api.Runs;
using Glovebox.Blobs;
using Glovebox.Execution;
using Glovebox.Files;
using Glovebox.Home;
using Glovebox.Runs.Tracking;
using Glovebox.Snapshots;

namespace Glovebox.Runs;

/// <summary>
/// Brings a run to its end: reads what the box wrote, records it, and applies it to the real tree when the run succeeded. Each step can be
/// done again, so that whoever finds a run half finished finishes it. The caller owns the run (<see cref="RunFolder.Owner"/>).
/// </summary>
internal sealed class RunFinisher(GloveboxHome home, IRunStore store, ITrees trees, RunReports reports, TimeProvider time)
{
    // Ending a run is not cancelled half way: its box is gone and its record must say so.
    private static readonly CancellationToken ToTheEnd = CancellationToken.None;

    /// <param name="before">The tree of the run's record, when the caller has it at hand.</param>
    public async Task<Run> FinishAsync(Run run, Outcome outcome, Tree? before = null)
    {
        using var writing = await FileLock.AcquireAsync(home.StoreLock, time, ToTheEnd, shared: true);
        var folder = new RunFolder(home, run.Id);
        before ??= trees.Load(new BlobId(run.Tree));
        var artifacts = new List<TreeChange>();
        var report = reports.Read(folder, folder.TreeInBox(run), artifacts);
        var changes = outcome.Failure == FailureClass.Start ? new UpperChanges([], [], []) : ReadChanges(run, folder, before, report);
        // A run on the live tree has no place of its own where they could be kept from the tree's owner.
        if (!run.Live) changes = changes with { Recorded = With(changes.Recorded, artifacts) };
        var ended = Record(run, outcome, changes, before, report, await RunLog.MeasureAsync(folder.Log, ToTheEnd));
        // What wrote nothing is applied by being recorded: most short runs, which a second commit would cost dearly.
        var wroteNothing = changes is { Recorded.Count: 0, Ignored.Count: 0, Left.Count: 0 };
        var applies = ended.Status == ExecutionState.Succeeded && IsTransactional(run) && !wroteNothing;
        ended = ended with { Applied = ended.Status == ExecutionState.Succeeded && !RunFolder.IsAside(run) && (run.Live || wroteNothing) };
        await store.UpdateAsync(ended, close: !applies, ToTheEnd);
        if (applies) ended = await ApplyAsync(ended, changes, before, folder);
        folder.DropBox();
        return ended;
    }

    /// <summary>Goes on where a process died after it had recorded the run's end.</summary>
    public async Task<Run> ResumeAsync(Run run)
    {
        var folder = new RunFolder(home, run.Id);
        var before = trees.Load(new BlobId(run.Tree));
        var recorded = run.TreeAfter is { } after ? trees.Compare(before, trees.Load(new BlobId(after))) : [];
        var rest = Directory.Exists(folder.Upper) ? ReadChanges(run, folder, before, Report.Empty) : new UpperChanges([], [], []);
        var ended = await ApplyAsync(run, rest with { Recorded = recorded }, before, folder);
        folder.DropBox();
        return ended;
    }

    private static bool IsTransactional(Run run) => !run.Live && !RunFolder.IsAside(run);

    private async Task<Run> ApplyAsync(Run run, UpperChanges changes, Tree before, RunFolder folder)
    {
        var left = trees.Apply(changes, folder.Upper, before, run.Project, ToTheEnd);
        var applied = run with { Applied = true, NotApplied = [.. left, .. changes.Left] };
        await store.UpdateAsync(applied, close: true, ToTheEnd);
        return applied;
    }

    private UpperChanges ReadChanges(Run run, RunFolder folder, Tree before, Report report)
    {
        var root = folder.TreeOf(run);
        if (!run.Live) return trees.ReadUpper(folder.Upper, before, root, [.. run.DeclaredOutputs, .. report.Artifacts], ToTheEnd);
        return new UpperChanges(trees.Compare(before, trees.Capture(root, ToTheEnd)), [], []);
    }

    private Run Record(Run run, Outcome outcome, UpperChanges changes, Tree before, Report report, (long Output, long Error) written)
    {
        var after = After(before, changes.Recorded);
        var ended = reports.Record(run, report, changes.Recorded, after) with
        {
            Status = outcome.State,
            FailureClass = outcome.Failure,
            ExitCode = outcome.ExitCode,
            Error = outcome.Message,
            StartedAt = outcome.StartedAt,
            DurationSeconds = outcome.Duration.TotalSeconds,
            Usage = outcome.Usage,
            Outputs = [.. changes.Recorded.Select(OutputOf)],
            TreeAfter = trees.Save(after.Values).Id.Hex,
            StdoutBytes = written.Output,
            StderrBytes = written.Error,
        };
        return ended.Status == ExecutionState.Succeeded ? DeclaredOutputs.Demand(ended, changes.Recorded) : ended;
    }

    /// <summary>MLflow's artifacts among what the box wrote, in path order; a path that the box wrote itself is the box's.</summary>
    private static IReadOnlyList<TreeChange> With(IReadOnlyList<TreeChange> written, List<TreeChange> artifacts)
    {
        if (artifacts.Count == 0 || written.Any(c => c.Path == "mlflow")) return written;
        var paths = written.Select(c => c.Path).ToHashSet(StringComparer.Ordinal);
        var folders = artifacts.SelectMany(a => Parents(a.Path)).Distinct().Where(path => !paths.Contains(path))
            .Select(path => new TreeChange(TreeChangeKind.Added, path, null, new TreeEntry(path, TreeEntryKind.Directory, 0x1ED, 0, null, null)));
        return [.. written.Concat(folders).Concat(artifacts.Where(a => !paths.Contains(a.Path)))
            .OrderBy(c => c.Path, Comparer<string>.Create(PathBytes.Compare))];
    }

    private static IEnumerable<string> Parents(string path)
    {
        for (var at = path.LastIndexOf('/'); at > 0; at = path.LastIndexOf('/', at - 1)) yield return path[..at];
    }

    private static Dictionary<string, TreeEntry> After(Tree before, IReadOnlyList<TreeChange> changes)
    {
        var entries = before.Entries.ToDictionary(e => e.Path, StringComparer.Ordinal);
        foreach (var change in changes)
        {
            if (change.After is { } after) entries[change.Path] = after;
            else entries.Remove(change.Path);
        }

        return entries;
    }

    private static RunOutput OutputOf(TreeChange change)
    {
        var entry = change.After ?? change.Before!;
        return new RunOutput(
            change.Path, change.Kind.ToString().ToLowerInvariant(), entry.Kind.ToString().ToLowerInvariant(),
            change.After?.Size ?? 0, change.After?.Blob?.Hex);
    }
}
