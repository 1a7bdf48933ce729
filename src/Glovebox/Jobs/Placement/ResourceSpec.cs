using System.Text.RegularExpressions;
using Glovebox.Execution;

namespace Glovebox.Jobs.Placement;

/// <summary>A group of Docker hosts, as the server's configuration names it. The first whose pattern matches a job's task runs it.</summary>
/// <param name="Match">On the task's name; with a match timeout.</param>
/// <param name="MaxRunning">How many executions a host runs at once, over all nodes; null for no bound.</param>
public sealed record ResourceSpec(string Name, Regex Match, IReadOnlyList<HostSpec> Hosts, int? MaxRunning);

/// <summary>One Docker or Podman engine.</summary>
/// <param name="Address"><c>unix:///run/docker.sock</c> or <c>tcp://HOST:PORT</c>; the resource's name in records.</param>
/// <param name="Certificates">Folder with <c>ca.pem</c>, <c>cert.pem</c> and <c>key.pem</c>; null for a connection without TLS.</param>
public sealed record HostSpec(string Address, string? Certificates = null);

/// <summary>An engine as the composition root makes it from a <see cref="HostSpec"/>.</summary>
/// <param name="Ping">A cheap question; throws when the host does not answer.</param>
/// <param name="Pull">Fetches an image before the start where its policy asks for that, so that the phase can be shown; null where the backend alone does.</param>
public sealed record HostEngine(
    IBackend Backend, Func<CancellationToken, Task> Ping, Func<NamedImage, CancellationToken, Task<StartFailure?>>? Pull = null);
