using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Api.Execution;
using Glovebox.Api.Experiments;
using Glovebox.Api.Runs;
using Glovebox.Blobs;
using Glovebox.Environments;
using Glovebox.Snapshots;

namespace Glovebox.Experiments.Bisecting;

/// <summary>Runs mixtures of a good and a bad run until the smallest set of changes that makes the difference is left.</summary>
internal sealed class Bisection(
    IRuns runs, ITrees trees, IBlobStore blobs, IEnvironmentMixtures mixtures, IProgress<BisectStep> progress, IProgress<BuildProgress> building)
{
    private const int Skip = 125;

    private readonly List<BisectStep> _steps = [];

    public async Task<BisectResult> RunAsync(BisectRequest request, CancellationToken cancellation)
    {
        if (request.Check.Count > 0 && request.Where is not null) throw RefusalException.Bad("give a check or --where, but not both");
        var (good, bad) = (await runs.GetAsync(request.Good, cancellation), await runs.GetAsync(request.Bad, cancellation));
        foreach (var run in new[] { good, bad })
            if (run.Status <= ExecutionState.Running) throw RefusalException.Conflict($"run {run.Id} has not ended; 'glovebox runs wait {run.Id}' waits for it");
        string[] lacking = [.. good.Secrets.Where(name => !request.Secrets.ContainsKey(name))];
        if (lacking.Length > 0)
            throw RefusalException.Bad($"run {good.Id} was given secrets that are not recorded: {string.Join(", ", lacking)}; give them with --secret NAME");
        var differences = Differences.Between(trees, good, bad);
        var changes = differences.Changes;
        if (changes.Count == 0)
            throw RefusalException.Conflict(
                $"runs {good.Id} and {bad.Id} do not differ in command, parameters, variables, environment or code: there is nothing to look for");

        async Task<string> TryAsync(RunRequest mixture, IReadOnlyList<BisectChange> chosen)
        {
            cancellation.ThrowIfCancellationRequested();
            var isRecorded = mixture.RecordedEnvironment == good.Environment.Digest || mixture.RecordedEnvironment == bad.Environment.Digest;
            var (verdict, run) = await JudgeAsync(mixture, request, mayNotBuild: !isRecorded, cancellation);
            var step = new BisectStep(_steps.Count + 1, chosen, changes.Count, verdict, run);
            _steps.Add(step);
            progress.Report(step);
            return verdict;
        }

        var tag = "bisect:" + good.Id;
        RunRequest Mix(IReadOnlyList<int> chosen) => differences.Mix(chosen, tag, request.Secrets);
        int[] all = [.. Enumerable.Range(0, changes.Count)];
        // Both ends are run anew: what made them differ may have been chance, or the machine, and then no mixture would say so.
        if (await TryAsync(Mix([]), []) is not "good" and var first) throw Refuse(good, "good", first);
        if (await TryAsync(Mix(all), changes) is not "bad" and var last) throw Refuse(bad, "bad", last);
        var guilty = await DeltaDebugging.MinimizeAsync(changes.Count, async chosen => await TryAsync(Mix(chosen), [.. chosen.Select(i => changes[i])]) == "bad");
        BisectChange[] cause = [.. guilty.Select(i => changes[i])];
        if (guilty.Count == 1 && cause[0].Kind == "code")
            cause = [.. await new Hunks(trees, blobs, differences).NarrowAsync(cause[0], good, bad, Mix([]), TryAsync)];
        if (guilty.Count == 1 && cause[0].Kind == "environment")
            cause = [.. await new Packages(mixtures).NarrowAsync(cause[0], good, bad, Mix([]), TryAsync)];
        return new BisectResult(good.Id, bad.Id, changes.Count, cause, _steps);
    }

    private static RefusalException Refuse(Run run, string wanted, string verdict) => RefusalException.Conflict(
        $"run {run.Id}, run again, is {verdict} and not {wanted}: what made the difference is not in its command, parameters, variables, environment or code "
        + "(chance, time or the machine may be), or the check asks something else");

    /// <param name="mayNotBuild">The mixture's environment is one that nobody has had yet, of packages that perhaps contradict each other.</param>
    private async Task<(string Verdict, string Run)> JudgeAsync(RunRequest mixture, BisectRequest request, bool mayNotBuild, CancellationToken cancellation)
    {
        Run run;
        try
        {
            run = await runs.StartAsync(mixture, Silent, building, cancellation);
        }
        catch (RefusalException) when (mayNotBuild)
        {
            return ("skip", "");
        }

        cancellation.ThrowIfCancellationRequested();
        if (run.FailureClass == FailureClass.Start) return ("skip", run.Id);
        if (request.Where is { } where)
        {
            var holds = await runs.ListAsync(new RunFilter(Where: $"id='{run.Id}' and ({where})"), cancellation);
            return (holds.Count > 0 ? "good" : "bad", run.Id);
        }

        if (request.Check.Count == 0) return (run.Status == ExecutionState.Succeeded ? "good" : run.ExitCode == Skip ? "skip" : "bad", run.Id);
        if (run.TreeAfter is not { } after) return ("skip", run.Id);
        var variables = mixture.Variables.ToDictionary();
        variables["GLOVEBOX_CHECKED_EXIT_CODE"] = run.ExitCode?.ToString() ?? "";
        variables["GLOVEBOX_CHECKED_METRICS"] = run.Metrics.ToJsonString();
        var check = await runs.StartAsync(mixture with { Command = request.Check, Tree = after, Variables = variables }, Silent, building, cancellation);
        cancellation.ThrowIfCancellationRequested();
        if (check.FailureClass == FailureClass.Start) throw RefusalException.Bad($"the check could not be started: {check.Error}");
        return (check.ExitCode switch { 0 when check.Status == ExecutionState.Succeeded => "good", Skip => "skip", _ => "bad" }, run.Id);
    }

    private static RunStreams Silent => new(null, null, InheritInput: false);
}
