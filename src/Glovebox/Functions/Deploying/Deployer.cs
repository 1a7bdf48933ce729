using Glovebox.Api;
using Glovebox.Api.Functions;
using Glovebox.Files;
using Glovebox.Functions.Bundles;
using Glovebox.Functions.Contracts;
using Glovebox.Functions.Pool;
using Glovebox.Functions.Stores;
using Glovebox.Jobs.Schedules;

namespace Glovebox.Functions.Deploying;

/// <summary>
/// From a bundle to a version. Everything that can be refused is refused before anything is kept but what is known by its content (code and
/// dependencies), so a refused deploy changes nothing. gc, which frees what no version has, waits until a deploy is done.
/// </summary>
internal sealed class Deployer(
    FunctionParts parts, BundleStore bundles, Dependencies dependencies, PlanMaker plans, SecretFiles secrets, RuntimeLookup runtimes)
{
    private readonly IFunctionStore _store = parts.Functions;
    private readonly TimeProvider _time = parts.Time;

    /// <param name="admit">Gets the plan before the version is kept, and refuses one that does not start.</param>
    public async Task<Deployment> DeployAsync(
        string name, FunctionSpec spec, Stream sent, string file, Func<FunctionPlan, CancellationToken, Task> admit, CancellationToken cancellation)
    {
        var begun = _time.GetTimestamp();
        Names.Check("function", name);
        SpecChecks.Check(spec);
        var runtime = await runtimes.FindAsync(spec.Runtime, cancellation);
        Directory.CreateDirectory(parts.Home.Locks);
        using var storing = await FileLock.AcquireAsync(parts.Home.StoreLock, _time, cancellation, shared: true);
        if (parts.SharedStore is { } shared) new SharedStores(parts.Home).Note(await shared(cancellation));
        var bundle = await bundles.AddAsync(sent, file, cancellation);
        var contract = ContractDetection.Detect(bundle.Folder, spec, runtime.Spec);
        if (spec.Isolation == Isolation.Fork && contract.Kind != ContractKind.Python)
            throw RefusalException.Bad($"isolation 'fork' is for Python handlers; this is {contract.Detected}. Take 'fresh' or 'reuse'");
        var environment = await plans.PrepareAsync(runtime.Spec, cancellation);
        var install = InstallCommand.Of(environment, runtime.Spec, bundle.Folder, bundle.Digest);
        var installed = install is not null && await dependencies.InstallAsync(install, environment, runtime.Spec, bundle.Folder, cancellation);
        var version = new FunctionVersion
        {
            Function = name,
            Version = await _store.ReserveVersionAsync(name, cancellation),
            RuntimeVersion = runtime.Version,
            Spec = spec with { Secrets = spec.Secrets.ToDictionary(secret => secret.Key, _ => SecretFiles.Mask) },
            Contract = contract.Kind,
            Handler = contract.Handler,
            Detected = contract.Detected,
            Machine = parts.Node,
            Code = bundle.Digest,
            Files = bundle.Files,
            Bytes = bundle.Bytes,
            Environment = environment.Digest,
            Dependencies = install?.Key,
            CreatedAt = _time.GetUtcNow(),
        };
        secrets.Write(name, version.Version, spec.Secrets);
        await admit(plans.Of(version, runtime.Spec, environment, bundle.Folder), cancellation);
        var function = await _store.AddVersionAsync(version, NextTick(spec), cancellation);
        return new Deployment(function, version, installed, _time.GetElapsedTime(begun).TotalSeconds);
    }

    public DateTimeOffset? NextTick(FunctionSpec spec) => spec.Cron is { } cron ? Cron.Parse(cron, spec.TimeZone).Next(_time.GetUtcNow()) : null;
}
