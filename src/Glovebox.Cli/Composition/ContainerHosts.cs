using System.Text.RegularExpressions;
using Glovebox.Backends.Docker;
using Glovebox.Jobs.Placement;
using Glovebox.Jobs.Settings;

namespace Glovebox.Cli.Composition;

/// <summary>The container hosts that a server's settings name, and the engines behind them.</summary>
internal sealed class ContainerHosts(IReadOnlyList<ResourceSettings> resources, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    public IReadOnlyList<ResourceSpec> Specs { get; } =
    [
        .. resources.Select(resource => new ResourceSpec(
            resource.Name, new Regex(resource.Match, RegexOptions.CultureInvariant, Patience),
            [.. resource.Hosts.Select(host => new HostSpec(host))], resource.MaxRunning)),
    ];

    public HostEngine Connect(HostSpec host)
    {
        var settings = resources.First(resource => resource.Hosts.Contains(host.Address));
        var backend = new DockerBackend(
            new DockerHost
            {
                Address = host.Address,
                Tls = settings.Tls is { } tls ? new DockerTls(tls.Ca, tls.Certificate, tls.Key) : null,
                Registries = settings.Registries.ToDictionary(registry => registry.Server, registry => new RegistryLogin(registry.User, registry.Password)),
            },
            time);
        return new HostEngine(
            backend, backend.PingAsync, backend.PullAsync,
            new HostBoxes(async c => [.. (await backend.ListAsync(c)).Select(container => container.Id)], backend.RemoveAsync));
    }
}
