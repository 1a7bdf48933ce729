using Glovebox.Api.Jobs;

namespace Glovebox.Server.Fastlane;

/// <summary>A resource by the two names that fastlane gave it: <c>tcp://10.0.0.5:2375</c> was host <c>10.0.0.5</c>, port <c>2375</c>.</summary>
internal static class DockerHost
{
    private const string Tcp = "tcp://";

    /// <returns>No port for what has none, such as a socket or this machine itself.</returns>
    public static (string? Host, string? Port) Of(string? resource)
    {
        var name = resource?.StartsWith(Tcp, StringComparison.Ordinal) == true ? resource[Tcp.Length..] : null;
        return name?.LastIndexOf(':') is > 0 and var colon ? (name[..colon], name[(colon + 1)..]) : (name ?? resource, null);
    }

    /// <summary>The resource that a client means by <c>HOST:PORT</c>, or by its whole name.</summary>
    public static string Find(string named, IReadOnlyList<ResourceStatus> resources) =>
        resources.Any(resource => resource.Name == Tcp + named) ? Tcp + named : named;
}
