using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Experiments;
using Glovebox.Api.Runs;
using Glovebox.Runs.Tracking;
using Glovebox.Spelling;

namespace Glovebox.Experiments.Comparing;

/// <summary>The runs that a user names, by ids or by a rule.</summary>
internal sealed class SelectedRuns(IRuns runs)
{
    public async Task<IReadOnlyList<Run>> FindAsync(RunSelection selection, CancellationToken cancellation)
    {
        if (selection.Ids.Count == 0)
            return await runs.ListAsync(new RunFilter(Where: selection.Where, Project: selection.Project, Limit: selection.Last), cancellation);
        if (selection.Where is not null || selection.Last is not null)
            throw RefusalException.Bad("give ids, or --where and --last, but not both");
        var found = new List<Run>();
        foreach (var id in selection.Ids) found.Add(await runs.GetAsync(id, cancellation));
        return [.. found.DistinctBy(run => run.Id)];
    }

    public async Task<Run> BestAsync(string metric, bool lowest, RunSelection selection, CancellationToken cancellation)
    {
        var found = selection.Ids.Count > 0 || selection.Last is not null
            ? await FindAsync(selection, cancellation)
            : await runs.ListAsync(
                new RunFilter("succeeded", Where: selection.Where, Project: selection.Project, Limit: 1)
                {
                    OrderBy = new RunOrder("metrics." + metric, Descending: !lowest),
                },
                cancellation);
        var candidates = found.Where(run => run.Status == ExecutionState.Succeeded)
            .Select(run => (Run: run, Value: Scalars.NumberOf(run.Metrics[metric])))
            .Where(one => one.Value is { } value && double.IsFinite(value))
            .OrderByDescending(one => lowest ? -one.Value!.Value : one.Value!.Value).ThenByDescending(one => one.Run.StartedAt).ToList();
        if (candidates.Count > 0) return candidates[0].Run;
        var known = (await runs.ListAsync(new RunFilter(Limit: 50), cancellation)).SelectMany(run => run.Metrics.Select(m => m.Key)).Distinct().ToList();
        throw RefusalException.NotFound($"no succeeded run has a number for metric '{metric}'{Nearest.Hint(metric, known)}");
    }
}
