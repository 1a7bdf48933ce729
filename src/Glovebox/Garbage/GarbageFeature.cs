using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Api.Execution;
using Glovebox.Api.Runs;
using Glovebox.Api.Storage;
using Glovebox.Files;
using Glovebox.Home;
using Glovebox.Runs;
using Glovebox.Snapshots.Records;

namespace Glovebox.Garbage;

/// <summary>
/// Forgets the runs that a rule names and frees what nothing needs after that. It has the store to itself while it works: runs that are
/// about to be recorded wait for it, and it waits for them.
/// </summary>
public sealed class GarbageFeature(
    GloveboxHome home, IRunStore store, ISnapshotStore snapshots, IReadOnlyList<IKeeper> keepers, IReadOnlyList<ICollector> collectors, TimeProvider time) : IGarbage
{
    private const string RunsKind = "runs";

    public async Task<GcReport> CollectAsync(GcRequest request, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        Directory.CreateDirectory(home.Locks);
        progress.Report(new BuildProgress("waiting for running work to be recorded"));
        using var alone = await FileLock.AcquireAsync(home.StoreLock, time, cancellation);
        var open = (await store.ListOpenAsync(cancellation)).Select(o => o.Run.Id).ToHashSet(StringComparer.Ordinal);
        var pinned = await snapshots.ListPinsAsync(cancellation);
        var all = await store.ListAsync(new RunFilter(), null, cancellation);
        var forgotten = all.Where((run, place) => IsForgotten(run, place, request) && !open.Contains(run.Id) && !pinned.Contains(run.Id)).ToList();
        var kept = await KeptByAsync(all, forgotten, open, cancellation);
        var found = forgotten.Select(run => new Freeable(RunsKind, run.Id, DiskUse.Of(Path.Combine(home.Runs, run.Id)), static () => { })).ToList();
        foreach (var collector in collectors)
        {
            progress.Report(new BuildProgress($"looking for {string.Join(", ", collector.Kinds)}"));
            found.AddRange(collector.Find(kept, cancellation));
        }

        if (!request.DryRun) await FreeAsync(forgotten, found, cancellation);
        return new GcReport(request.DryRun, Sum(found));
    }

    // Records go first: a crash in between leaves bytes that the next gc frees, and never a record without its bytes.
    private async Task FreeAsync(List<Run> forgotten, List<Freeable> found, CancellationToken cancellation)
    {
        foreach (var run in forgotten)
        {
            await store.RemoveAsync(run.Id, cancellation);
            RunFolders.Drop(home, run.Id);
        }

        // On a full disk there may be no room to free a part of something: it is tried again when all the rest has gone.
        var later = new List<Freeable>();
        foreach (var thing in found)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                thing.Free();
            }
            catch (RefusalException)
            {
                later.Add(thing);
            }
        }

        foreach (var thing in later) thing.Free();
    }

    private bool IsForgotten(Run run, int place, GcRequest request)
    {
        if (run.Status <= ExecutionState.Running || (request.KeepRuns is null && request.OlderThan is null)) return false;
        var beyond = request.KeepRuns is not { } count || place >= count;
        var old = request.OlderThan is not { } age || run.StartedAt.AddSeconds(run.DurationSeconds ?? 0) < time.GetUtcNow() - age;
        return beyond && old;
    }

    private async Task<Kept> KeptByAsync(IReadOnlyList<Run> all, IReadOnlyList<Run> forgotten, IReadOnlySet<string> open, CancellationToken cancellation)
    {
        var kept = new Kept();
        kept.OpenRuns.UnionWith(open);
        kept.Runs.UnionWith(all.Select(run => run.Id));
        foreach (var run in all.Except(forgotten))
        {
            kept.Trees.UnionWith(RunContent.Trees(run));
            kept.Blobs.UnionWith(RunContent.Loose(run).Select(blob => blob.Hex));
            kept.Environments.Add(run.Environment.Digest);
            kept.Images.Add(run.Image);
            if (run.Sweep is { } sweep) kept.Sweeps.Add(sweep);
        }

        foreach (var keeper in keepers) await keeper.KeepAsync(kept, cancellation);
        return kept;
    }

    private List<GcKind> Sum(List<Freeable> found)
    {
        string[] kinds = [RunsKind, .. collectors.SelectMany(c => c.Kinds)];
        var byKind = found.ToLookup(f => f.Kind, StringComparer.Ordinal);
        return [.. kinds.Distinct().Select(kind => new GcKind(kind, byKind[kind].Sum(f => f.Count), byKind[kind].Sum(f => f.Bytes)))];
    }
}
