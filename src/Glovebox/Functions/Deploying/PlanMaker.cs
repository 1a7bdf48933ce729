using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Api.Execution;
using Glovebox.Api.Functions;
using Glovebox.Environments;
using Glovebox.Functions.Bundles;
using Glovebox.Functions.Pool;
using Glovebox.Functions.Stores;

namespace Glovebox.Functions.Deploying;

/// <summary>From a version as it is kept to the plan that the pool makes instances of.</summary>
/// <param name="node">This home, as versions name theirs.</param>
internal sealed class PlanMaker(
    IFunctionStore store, IEnvironmentSource environments, BundleStore bundles, Dependencies dependencies, SecretFiles secrets, string project, string node)
{
    private const string Host = "host";

    /// <exception cref="RefusalException">Its environment or its files are gone.</exception>
    public async Task<FunctionPlan> MakeAsync(FunctionVersion version, CancellationToken cancellation)
    {
        if (version.Machine is { } there && there != node)
            throw RefusalException.Unable(
                $"function '{version.Function}': version {version.Version} was deployed through another server, which has its code. "
                + "Calls are passed on to it while it serves; or deploy it through this one");
        var runtime = await store.FindRuntimeAsync(version.Spec.Runtime, version.RuntimeVersion, cancellation)
            ?? throw RefusalException.Unable($"function '{version.Function}': its runtime '{version.Spec.Runtime}' is gone; create it and deploy the function again");
        var code = bundles.FolderOf(version.Code);
        if (!Directory.Exists(code)) throw RefusalException.Unable($"function '{version.Function}': the code of version {version.Version} is not in this home: deploy it again");
        if (version.Dependencies is { } key && !Directory.Exists(dependencies.LayerOf(key)))
            throw RefusalException.Unable($"function '{version.Function}': the dependencies of version {version.Version} are not in this home: deploy it again");
        // 'host' is what the machine is now; all else is what it was at the deploy.
        var environment = runtime.Spec.Environment == Host
            ? await PrepareAsync(runtime.Spec, cancellation)
            : await environments.PrepareRecordedAsync(version.Environment, Silent, cancellation);
        return Of(version, runtime.Spec, environment, code);
    }

    public Task<PreparedEnvironment> PrepareAsync(RuntimeSpec runtime, CancellationToken cancellation) =>
        environments.PrepareAsync(project, runtime.Environment, Silent, cancellation);

    public FunctionPlan Of(FunctionVersion version, RuntimeSpec runtime, PreparedEnvironment environment, string code)
    {
        var spec = version.Spec;
        var variables = new Dictionary<string, string>(spec.Variables);
        foreach (var (name, value) in secrets.Read(version.Function, version.Version)) variables[name] = value;
        IReadOnlyList<string> layers = version.Dependencies is { } key ? [dependencies.LayerOf(key)] : [];
        return new FunctionPlan
        {
            Function = version.Function,
            Version = version.Version,
            RuntimeKey = string.Join(
                '\n', version.Environment, version.Dependencies ?? "", runtime.Path, version.Contract, spec.Network, spec.MemoryBytes, spec.Cpus, spec.Pids, spec.OpenFiles, spec.TmpBytes),
            Environment = layers.Count > 0 ? Dependencies.Seen(environment) : environment,
            DependencyLayers = layers,
            Code = code,
            Path = runtime.Path,
            Contract = version.Contract,
            Handler = version.Handler,
            Run = runtime.Run is { } run ? RunWords.Split(run) : [],
            Variables = variables,
            Network = spec.Network,
            Limits = new Limits(spec.MemoryBytes, spec.Cpus, spec.Pids),
            OpenFiles = spec.OpenFiles,
            TmpBytes = spec.TmpBytes,
            Min = spec.Min,
            Max = spec.Max,
            Concurrency = spec.Concurrency,
            Idle = TimeSpan.FromSeconds(spec.IdleSeconds),
            Timeout = TimeSpan.FromSeconds(spec.TimeoutSeconds),
            Preload = spec.Preload,
            Isolation = spec.Isolation,
            QueueLimit = spec.QueueLimit,
        };
    }

    private static readonly IProgress<BuildProgress> Silent = new NoProgress();

    private sealed class NoProgress : IProgress<BuildProgress>
    {
        public void Report(BuildProgress value)
        {
            // Nobody watches: whoever deploys hears of the end, and of what went wrong.
        }
    }
}
