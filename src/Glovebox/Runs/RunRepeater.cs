using System.Text.Json.Nodes;
using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Api.Execution;
using Glovebox.Api.Runs;
using Glovebox.Blobs;
using Glovebox.Environments;
using Glovebox.Execution;
using Glovebox.Masking;
using Glovebox.Snapshots;
using Glovebox.Values;

namespace Glovebox.Runs;

/// <summary>Repeats a run from its record: the recorded tree, environment and parameters, in a fresh box beside the working tree.</summary>
internal sealed class RunRepeater(IEnvironmentSource environments, ITrees trees, IReadOnlyList<IBackend> backends)
{
    public async Task<RunPlan> PlanAsync(
        Run recorded, RerunRequest request, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        var backend = backends.FirstOrDefault(b => b.Name == recorded.Backend) ?? throw RefusalException.Conflict(
            $"run {recorded.Id} cannot be repeated: it was brought over from {recorded.Backend}, which recorded no environment; run its command anew with 'glovebox run'");
        var secrets = Secrets(recorded, request);
        var environment = await environments.PrepareRecordedAsync(recorded.Environment.Digest, progress, cancellation);
        var before = trees.Load(new BlobId(recorded.Tree));
        var gpu = recorded.Gpu ? NvidiaGpu.Find() : null;
        var values = (JsonObject)recorded.Params.DeepClone();
        foreach (var (name, value) in ParamValues.Parse(request.Params)) values[name] = value?.DeepClone();
        var id = RunIds.New();
        var run = recorded with
        {
            Id = id,
            Status = ExecutionState.Starting,
            FailureClass = null,
            ExitCode = null,
            Error = null,
            Argv = ParamValues.Fill(Words(recorded), values),
            Params = values,
            Metrics = [],
            TreeAfter = null,
            DurationSeconds = null,
            Usage = null,
            Outputs = [],
            Applied = false,
            NotApplied = [],
            StdoutBytes = 0,
            StderrBytes = 0,
            Host = Machine.Read(gpu?.Names ?? []),
            Message = request.Message,
            Tags = request.Tags,
            RerunOf = recorded.Id,
            Config = [],
            Series = null,
            Aside = true,
            Sweep = null,
        };
        var given = recorded.Variables.Where(v => v.Value != MaskedNames.Mask).ToDictionary(v => v.Key, v => v.Value);
        var inputs = new RunInputs(given, secrets, Terminal: false);
        return new RunPlan(run, environment, backend, before, gpu, inputs, Detach: false);
    }

    /// <summary>Every output of either run, in path order.</summary>
    public static IReadOnlyList<OutputComparison> Compare(Run recorded, Run repeated)
    {
        var old = recorded.Outputs.Where(o => o.Kind != "directory").ToDictionary(o => o.Path, StringComparer.Ordinal);
        var now = repeated.Outputs.Where(o => o.Kind != "directory").ToDictionary(o => o.Path, StringComparer.Ordinal);
        return [.. old.Keys.Union(now.Keys).Order(StringComparer.Ordinal).Select(path =>
        {
            var (a, b) = (old.GetValueOrDefault(path), now.GetValueOrDefault(path));
            var verdict = a is null ? "new" : b is null ? "missing" : a with { Change = b.Change } == b ? "equal" : "different";
            return new OutputComparison(path, verdict, a?.Sha256, b?.Sha256);
        })];
    }

    // The recorded argv has the old parameters filled in; the command as typed still has their names.
    private static IReadOnlyList<string> Words(Run recorded)
    {
        var added = recorded.Argv.Count - recorded.Command.Count;
        return [.. recorded.Argv.Take(added + 1), .. recorded.Command.Skip(1)];
    }

    private static Dictionary<string, string> Secrets(Run recorded, RerunRequest request)
    {
        string[] lacking = [.. recorded.Secrets.Where(name => !request.Secrets.ContainsKey(name))];
        if (lacking.Length > 0)
            throw RefusalException.Bad($"run {recorded.Id} was given secrets that are not recorded: {string.Join(", ", lacking)}; give them again with --secret NAME");
        return recorded.Secrets.ToDictionary(name => name, name => request.Secrets[name]);
    }
}
