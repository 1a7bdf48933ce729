using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Api.Execution;
using Glovebox.Api.Runs;
using Glovebox.Blobs;
using Glovebox.Environments;
using Glovebox.Execution;
using Glovebox.Projects;
using Glovebox.Masking;
using Glovebox.Snapshots;
using Glovebox.Spelling;
using Glovebox.Values;

namespace Glovebox.Runs;

/// <summary>From what the user asked to what will be run.</summary>
internal sealed class RunPlanner(IEnvironmentSource environments, ITrees trees, IGitReader git, IReadOnlyList<IBackend> backends)
{
    public async Task<RunPlan> PlanAsync(RunRequest request, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        if (request.Command.Count == 0) throw RefusalException.Bad("run: no command given; for example: glovebox run train.py");
        var backend = BackendOf(request);
        var place = RunPlace.Of(request.Command[0], request.Directory);
        var repository = git.ReadAsync(place.Root, cancellation);
        var gpu = request.Gpu ? NvidiaGpu.Find() : null;
        var values = ParamValues.Parse(request.Params);
        var outputs = request.Outputs.Select(o => OutputPath(o, place)).ToList();
        var name = backend.Capabilities.Isolation ? request.Environment : "host";
        var environment = request.RecordedEnvironment is { } recorded
            ? await environments.PrepareRecordedAsync(recorded, progress, cancellation)
            : await environments.PrepareAsync(place.Root, name, progress, cancellation);
        var before = request.Tree is { } tree ? trees.Load(new BlobId(tree)) : trees.Capture(place.Root, cancellation);
        var hidden = request.Variables.Keys.Where(MaskedNames.IsSecret).ToList();
        var id = RunIds.New();
        var run = new Run
        {
            Id = id,
            Status = ExecutionState.Starting,
            Command = request.Command,
            Argv = ParamValues.Fill(place.Argv(request.Command), values),
            Params = values,
            Environment = new RunEnvironment(environment.Name, environment.Digest),
            Image = environment.ImageDigest,
            Backend = backend.Name,
            Variables = MaskedNames.Hide(environment.Variables.Concat(request.Variables)
                .GroupBy(v => v.Key).ToDictionary(g => g.Key, g => g.Last().Value)),
            Secrets = [.. request.Secrets.Keys.Concat(hidden).Distinct().Order(StringComparer.Ordinal)],
            Network = request.Network,
            Live = request.Live || !backend.Capabilities.Overlay,
            Gpu = request.Gpu,
            Limits = new RunLimits(request.Limits.MemoryBytes, request.Limits.Cpus, request.Limits.Pids,
                request.Limits.DiskBytes, request.Limits.Timeout?.TotalSeconds),
            Project = place.Root,
            WorkingDirectory = place.WorkingDirectory,
            Tree = before.Id.Hex,
            DeclaredOutputs = outputs,
            Git = await repository,
            Host = Machine.Read(gpu?.Names ?? []),
            Message = request.Message,
            Tags = request.Tags,
            Aside = request.Aside,
            Sweep = request.Sweep,
        };
        var inputs = new RunInputs(request.Variables, request.Secrets, request.Terminal, request.Autolog);
        return new RunPlan(run, environment, backend, before, gpu, inputs, request.Detach);
    }

    private IBackend BackendOf(RunRequest request)
    {
        var backend = backends.FirstOrDefault(b => b.Name == request.Backend)
            ?? throw RefusalException.NotFound($"no backend '{request.Backend}'{Nearest.Hint(request.Backend, backends.Select(b => b.Name))}; there are {string.Join(", ", backends.Select(b => b.Name))}");
        if (!backend.Capabilities.Isolation && request.Environment is { } name && name != "host")
            throw RefusalException.Bad($"--backend {backend.Name} runs on this machine as it is, so it cannot use environment '{name}'; leave -e out, or use --backend oci");
        return backend;
    }

    private static string OutputPath(string typed, RunPlace place)
    {
        var full = Path.GetFullPath(Path.Combine(place.Root, place.WorkingDirectory, typed));
        var relative = Path.GetRelativePath(place.Root, full);
        if (relative.StartsWith("..", StringComparison.Ordinal) || relative == ".")
            throw RefusalException.Bad($"--output {typed} is not inside the project {place.Root}; outputs are files or directories of the working tree");
        return relative;
    }
}
