using Glovebox.Environments;
using Glovebox.Execution;
using Glovebox.Functions.Bundles;
using Glovebox.Functions.Deploying;
using Glovebox.Functions.Stores;
using Glovebox.Home;

namespace Glovebox.Functions;

/// <summary>What functions stand on.</summary>
/// <param name="Backend">Installs dependencies; it must isolate.</param>
/// <param name="Project">The directory whose project names environments and runtimes.</param>
/// <param name="Install">The user's settings of package tools.</param>
/// <param name="Warn">Gets a line for whoever runs the server.</param>
/// <param name="SharedStore">What tells a store that other homes share from every other; null where <paramref name="Functions"/> is the home's own.</param>
public sealed record FunctionParts(
    IFunctionStore Functions, ICallStore Calls, ITickStore Ticks, IEnvironmentSource Environments, IBackend Backend, GloveboxHome Home, string Project,
    Func<InstallSettings> Install, TimeProvider Time, Action<string> Warn, Func<CancellationToken, Task<string>>? SharedStore = null)
{
    /// <summary>This home among those of a store: code and accepted calls are a home's.</summary>
    public string Node { get; } = MachineId.Of(Home);
}

/// <summary>What a deploy is done with.</summary>
internal sealed class Workshop
{
    public Workshop(FunctionParts parts)
    {
        var bundles = new BundleStore(parts.Home);
        var dependencies = new Dependencies(parts.Home, parts.Backend, parts.Install, parts.Time);
        Secrets = new SecretFiles(parts.Home);
        Runtimes = new RuntimeLookup(parts.Functions, parts.Environments, parts.Project, parts.Time);
        Plans = new PlanMaker(parts.Functions, parts.Environments, bundles, dependencies, Secrets, parts.Project, parts.Node);
        Deployer = new Deployer(parts, bundles, dependencies, Plans, Secrets, Runtimes);
    }

    public SecretFiles Secrets { get; }
    public RuntimeLookup Runtimes { get; }
    public PlanMaker Plans { get; }
    public Deployer Deployer { get; }
}
