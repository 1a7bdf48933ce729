using Glovebox.Api.Execution;
using Glovebox.Api.Runs;
using Glovebox.Blobs;
using Glovebox.Execution;
using Glovebox.Files;
using Glovebox.Home;
using Glovebox.Snapshots;

namespace Glovebox.Runs;

/// <summary>
/// Brings a run to its end: reads what the box wrote, records it, and applies it to the real tree when the run succeeded. Each step can be
/// done again, so that whoever finds a run half finished finishes it. The caller owns the run (<see cref="RunFolder.Owner"/>).
/// </summary>
internal sealed class RunFinisher(GloveboxHome home, IRunStore store, ITrees trees, IBlobStore blobs, TimeProvider time)
{
    // Ending a run is not cancelled half way: its box is gone and its record must say so.
    private static readonly CancellationToken ToTheEnd = CancellationToken.None;

    /// <param name="before">The tree of the run's record, when the caller has it at hand.</param>
    public async Task<Run> FinishAsync(Run run, Outcome outcome, Tree? before = null)
    {
        using var writing = await FileLock.AcquireAsync(home.StoreLock, time, ToTheEnd, shared: true);
        var folder = new RunFolder(home, run.Id);
        before ??= trees.Load(new BlobId(run.Tree));
        var changes = outcome.Failure == FailureClass.Start ? new UpperChanges([], [], []) : ReadChanges(run, folder, before);
        var ended = Record(run, outcome, changes, before, await RunLog.MeasureAsync(folder.Log, ToTheEnd));
        var applies = ended.Status == ExecutionState.Succeeded && IsTransactional(run);
        ended = ended with { Applied = ended.Status == ExecutionState.Succeeded && run.Live && run.RerunOf is null };
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
        var rest = Directory.Exists(folder.Upper) ? ReadChanges(run, folder, before) : new UpperChanges([], [], []);
        var ended = await ApplyAsync(run, rest with { Recorded = recorded }, before, folder);
        folder.DropBox();
        return ended;
    }

    private static bool IsTransactional(Run run) => !run.Live && run.RerunOf is null;

    private async Task<Run> ApplyAsync(Run run, UpperChanges changes, Tree before, RunFolder folder)
    {
        var left = trees.Apply(changes, folder.Upper, before, run.Project, ToTheEnd);
        var applied = run with { Applied = true, NotApplied = [.. left, .. changes.Left] };
        await store.UpdateAsync(applied, close: true, ToTheEnd);
        return applied;
    }

    private UpperChanges ReadChanges(Run run, RunFolder folder, Tree before)
    {
        var root = run.RerunOf is null ? run.Project : folder.Tree;
        if (!run.Live) return trees.ReadUpper(folder.Upper, before, root, run.DeclaredOutputs, ToTheEnd);
        return new UpperChanges(trees.Compare(before, trees.Capture(root, ToTheEnd)), [], []);
    }

    private Run Record(Run run, Outcome outcome, UpperChanges changes, Tree before, (long Output, long Error) written)
    {
        var ended = run with
        {
            Status = outcome.State,
            FailureClass = outcome.Failure,
            ExitCode = outcome.ExitCode,
            Error = outcome.Message,
            StartedAt = outcome.StartedAt,
            DurationSeconds = outcome.Duration.TotalSeconds,
            Usage = outcome.Usage,
            Outputs = [.. changes.Recorded.Select(OutputOf)],
            Metrics = MetricsFile.Read(changes.Recorded, blobs),
            TreeAfter = trees.Save(After(before, changes.Recorded)).Id.Hex,
            StdoutBytes = written.Output,
            StderrBytes = written.Error,
        };
        return ended.Status == ExecutionState.Succeeded ? DeclaredOutputs.Demand(ended, changes.Recorded) : ended;
    }

    private static Dictionary<string, TreeEntry>.ValueCollection After(Tree before, IReadOnlyList<TreeChange> changes)
    {
        var entries = before.Entries.ToDictionary(e => e.Path, StringComparer.Ordinal);
        foreach (var change in changes)
        {
            if (change.After is { } after) entries[change.Path] = after;
            else entries.Remove(change.Path);
        }

        return entries.Values;
    }

    private static RunOutput OutputOf(TreeChange change)
    {
        var entry = change.After ?? change.Before!;
        return new RunOutput(
            change.Path, change.Kind.ToString().ToLowerInvariant(), entry.Kind.ToString().ToLowerInvariant(),
            change.After?.Size ?? 0, change.After?.Blob?.Hex);
    }
}
