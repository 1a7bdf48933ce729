using Glovebox.Api.Execution;
using Glovebox.Backends.Docker;
using Glovebox.Execution;
using Glovebox.Tests.Conformance.Suite;

namespace Glovebox.Tests.Conformance.Docker;

/// <summary>The suite through a container engine.</summary>
public abstract class EngineBackendSuite(Engines engines, string name) : BackendSuite
{
    private DockerBackend? _backend;

    protected override IBackend Backend => _backend!;
    protected override NamedImage? Image { get; } = new(TestEngine.Image, PullPolicy.Missing, new Dictionary<string, string>());
    protected override string? BlindToUsage => "An engine is asked once a second what a box uses; a short one has ended by then.";

    public override async ValueTask InitializeAsync()
    {
        var engine = await engines.StartAsync(name);
        _backend = new DockerBackend(new DockerHost { Address = engine.Address, Backend = name }, TimeProvider.System);
    }

    public override async ValueTask DisposeAsync()
    {
        _backend?.Dispose();
        await base.DisposeAsync();
    }
}

public sealed class DockerBackendTests(Engines engines) : EngineBackendSuite(engines, "docker");

public sealed class PodmanBackendTests(Engines engines) : EngineBackendSuite(engines, "podman")
{
    protected override string? BlindToMemory => "Podman 4 does not hear of it: its monitor leaves the note in the service's working directory.";

    protected override IReadOnlySet<string> AddedVariables { get; } = new HashSet<string> { "HOSTNAME", "TERM", "container" };
}
