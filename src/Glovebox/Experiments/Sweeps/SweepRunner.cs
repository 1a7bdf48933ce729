using System.Security.Cryptography;
using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Api.Execution;
using Glovebox.Api.Experiments;
using Glovebox.Api.Runs;
using Glovebox.Files;
using Glovebox.Home;
using Glovebox.Masking;
using Glovebox.Runs;
using Glovebox.Snapshots;
using Glovebox.Values;

namespace Glovebox.Experiments.Sweeps;

/// <summary>
/// Runs the points of a sweep, some at once, each on the same captured tree and beside the working tree, so that no point sees or touches
/// another's outputs. The plan is written first; which points are done is asked of the runs, so that whatever dies, the rest can follow.
/// </summary>
internal sealed class SweepRunner(
    GloveboxHome home, IRuns runs, ITrees trees, TimeProvider time, IProgress<SweepProgress> progress, IProgress<BuildProgress> building)
{
    private readonly Lock _gate = new();
    private int _done, _failed, _started;

    public async Task<SweepResult> RunAsync(SweepRequest request, CancellationToken cancellation)
    {
        using var writing = await WriteAsync(cancellation);
        var earlier = request.Resume is { } id ? SweepPlan.Load(home, id) : request.ResumeNewest ? SweepPlan.FindLike(home, request) : null;
        var plan = earlier ?? Plan(request, cancellation);
        var common = plan.Run with { Secrets = SecretsFor(plan, request.Run), Variables = VariablesFor(plan, request.Run) };
        var before = await RunsOfAsync(plan, cancellation);
        var succeeded = before.Where(run => run.Status == ExecutionState.Succeeded).Select(run => Key(run.Params)).ToHashSet(StringComparer.Ordinal);
        var open = plan.Points.Where(point => !succeeded.Contains(Key(ParamValues.Parse(point)))).ToList();
        _done = plan.Points.Count - open.Count;
        var most = request.MaxFailures ?? plan.MaxFailures;
        var jobs = earlier is not null && request.Jobs > 1 ? request.Jobs : plan.Jobs;
        await CrowdAsync(plan, common, open, jobs, most, writing, cancellation);
        var all = await RunsOfAsync(plan, CancellationToken.None);
        var good = all.Where(run => run.Status == ExecutionState.Succeeded).Select(run => Key(run.Params)).Distinct().Count();
        return new SweepResult(plan.Id, plan.Points.Count, good, _failed, open.Count - _started, plan.Seed, [.. all.OrderBy(run => run.StartedAt)]);
    }

    private SweepPlan Plan(SweepRequest request, CancellationToken cancellation)
    {
        if (request.Run.Command.Count == 0) throw RefusalException.Bad("sweep: no command given; for example: glovebox sweep -p lr=0.1,0.01 -- train.py");
        var spaces = request.Run.Params.Select(Space.Parse).ToList();
        if (spaces.Select(s => s.Name).Distinct().Count() != spaces.Count) throw RefusalException.Bad("a parameter is given twice; give each once, with all its values");
        if (spaces.Count == 0) throw RefusalException.Bad("sweep: no parameter given; for example -p lr=0.1,0.01");
        long? seed = request.Random is null ? null : request.Seed ?? RandomNumberGenerator.GetInt32(int.MaxValue);
        var points = request.Random is { } count ? Points.Random(spaces, count, seed!.Value) : Points.Grid(spaces);
        foreach (var point in points) _ = ParamValues.Parse(point);
        var id = RunIds.New();
        var root = RunPlace.Of(request.Run.Command[0], request.Run.Directory).Root;
        var tree = trees.Capture(root, cancellation).Id.Hex;
        var run = request.Run with
        {
            Params = [],
            Aside = true,
            Tree = tree,
            Sweep = id,
            Tags = [.. request.Run.Tags, "sweep:" + id],
            Secrets = new Dictionary<string, string>(),
            Variables = request.Run.Variables.Where(v => !MaskedNames.IsSecret(v.Key)).ToDictionary(),
        };
        var plan = new SweepPlan(
            id, run, [.. request.Run.Secrets.Keys, .. request.Run.Variables.Keys.Where(MaskedNames.IsSecret)], points, seed, request.Jobs, request.MaxFailures,
            request.Run.Params, request.Random);
        plan.Save(home);
        // What is not kept is given now, so a first attempt asks nobody.
        return plan;
    }

    private async Task CrowdAsync(
        SweepPlan plan, RunRequest request, List<IReadOnlyList<string>> open, int jobs, int? mostFailures, FileLock writing, CancellationToken cancellation)
    {
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, Math.Min(jobs, Math.Max(open.Count, 1))).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                IReadOnlyList<string> point;
                lock (_gate)
                {
                    if (next == open.Count || cancellation.IsCancellationRequested || _failed >= mostFailures) return;
                    point = open[next++];
                    _started++;
                    progress.Report(new SweepProgress(plan.Id, point, null, _done, _failed, plan.Points.Count));
                }

                if (await TryStartAsync(request with { Params = point }, cancellation) is not { } run) return;
                // A recorded run keeps the tree from now on, and gc need not wait for the whole sweep.
                writing.Dispose();
                lock (_gate)
                {
                    _done++;
                    if (run.Status is not (ExecutionState.Succeeded or ExecutionState.Cancelled)) _failed++;
                    progress.Report(new SweepProgress(plan.Id, point, run, _done, _failed, plan.Points.Count));
                }
            }
        }, CancellationToken.None)));
    }

    /// <summary>Null when everything was to end before the point was recorded.</summary>
    private async Task<Run?> TryStartAsync(RunRequest point, CancellationToken cancellation)
    {
        try
        {
            return await runs.StartAsync(point, new RunStreams(null, null, InheritInput: false), building, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            lock (_gate) _started--;
            return null;
        }
    }

    private Task<IReadOnlyList<Run>> RunsOfAsync(SweepPlan plan, CancellationToken cancellation) =>
        runs.ListAsync(new RunFilter(Where: $"sweep='{plan.Id}'"), cancellation);

    // Equal values are equal texts: both come from the same parser, and one of them from the record's JSON.
    private static string Key(System.Text.Json.Nodes.JsonObject values) => values.ToJsonString();

    private static Dictionary<string, string> SecretsFor(SweepPlan plan, RunRequest given)
    {
        string[] lacking = [.. plan.Secrets.Where(name => !given.Secrets.ContainsKey(name) && !given.Variables.ContainsKey(name))];
        if (lacking.Length > 0)
            throw RefusalException.Bad($"sweep {plan.Id} was given secrets that are not kept: {string.Join(", ", lacking)}; give them again with --secret NAME");
        return plan.Secrets.Where(given.Secrets.ContainsKey).ToDictionary(name => name, name => given.Secrets[name]);
    }

    private static Dictionary<string, string> VariablesFor(SweepPlan plan, RunRequest given)
    {
        var all = plan.Run.Variables.ToDictionary();
        foreach (var name in plan.Secrets)
            if (given.Variables.TryGetValue(name, out var value)) all[name] = value;
        return all;
    }

    private async Task<FileLock> WriteAsync(CancellationToken cancellation)
    {
        Directory.CreateDirectory(home.Locks);
        return await FileLock.AcquireAsync(home.StoreLock, time, cancellation, shared: true);
    }
}
