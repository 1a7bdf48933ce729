using System.Text.RegularExpressions;
using Glovebox.Execution;

namespace Glovebox.Jobs.Placement;

/// <summary>A group of Docker hosts, as the server's configuration names it. The first whose pattern matches a job's task runs it.</summary>
/// <param name="Match">On the task's name; with a match timeout.</param>
/// <param name="MaxRunning">How many executions a host runs at once, over all nodes; null for no bound.</param>
public sealed record ResourceSpec(string Name, Regex Match, IReadOnlyList<HostSpec> Hosts, int? MaxRunning);

/// <summary>One Docker or Podman engine.</summary>
/// <param name="Address"><c>unix:///run/docker.sock</c> or <c>tcp://HOST:PORT</c>; the resource's name in records.</param>
public sealed record HostSpec(string Address);

/// <summary>An engine as the composition root makes it from a <see cref="HostSpec"/>.</summary>
/// <param name="Ping">A cheap question; throws when the host does not answer.</param>
/// <param name="Pull">Fetches an image before the start where its policy asks for that; null where the backend alone does. What it is given is called
/// when there is something to fetch, so that the phase can be shown.</param>
/// <param name="Boxes">Null where nobody else's boxes can be there.</param>
public sealed record HostEngine(
    IBackend Backend, Func<CancellationToken, Task> Ping, Func<NamedImage, Func<Task>, CancellationToken, Task<StartFailure?>>? Pull = null,
    HostBoxes? Boxes = null);

/// <summary>Every box of Glovebox on a host, whoever started it. Both throw <see cref="Api.RefusalException"/> (Unable) when the host cannot be asked.</summary>
/// <param name="List">Ids of their requests.</param>
/// <param name="Remove">Ends and removes one; nothing when it is gone.</param>
public sealed record HostBoxes(Func<CancellationToken, Task<IReadOnlyList<string>>> List, Func<string, CancellationToken, Task> Remove);
