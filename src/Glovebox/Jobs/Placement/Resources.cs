using Glovebox.Api;
using Glovebox.Api.Jobs;
using Glovebox.Environments;
using Glovebox.Execution;
using Glovebox.Jobs.Nodes;
using Glovebox.Jobs.Stores;

namespace Glovebox.Jobs.Placement;

/// <summary>
/// The places where this node may start boxes: <c>local</c>, which runs environments and images of Glovebox, and groups of Docker hosts, which
/// run images by name. What <c>image</c> names is looked for in Glovebox first.
/// </summary>
/// <param name="project">Whose environments count.</param>
public sealed class Resources(
    IBackend local, int slots, string project, IReadOnlyList<ResourceSpec> groups, Func<HostSpec, HostEngine> connect,
    IEnvironmentSource environments, IExecutionQueue queue, TimeProvider time) : IResources
{
    internal const string Local = "local";

    private readonly IReadOnlyList<(ResourceSpec Spec, IReadOnlyList<Host> Hosts)> _groups =
        [.. groups.Select(g => (g, (IReadOnlyList<Host>)[.. g.Hosts.Select(h => new Host(h, g.Name, g.MaxRunning, connect(h), time))]))];

    private volatile HashSet<string> _drained = [];

    public IReadOnlyList<ResourceStatus> Status(IReadOnlyDictionary<string, int> running)
    {
        var status = new List<ResourceStatus>
        {
            new(Local, local.Name, true, _drained.Contains(Local), "closed", running.GetValueOrDefault(Local), slots, null),
        };
        foreach (var host in Hosts())
        {
            var circuit = host.Circuit;
            status.Add(new ResourceStatus(
                host.Address, host.Engine.Backend.Name, circuit == "closed", _drained.Contains(host.Address), circuit,
                running.GetValueOrDefault(host.Address), host.MaxRunning, host.Error));
        }
        return status;
    }

    public async Task SetDrainedAsync(string resource, bool drained, CancellationToken cancellation)
    {
        if (resource != Local && !Hosts().Any(host => host.Address == resource))
        {
            throw RefusalException.NotFound(
                $"there is no resource '{resource}'. There are: {string.Join(", ", Hosts().Select(host => host.Address).Prepend(Local))}");
        }
        await queue.SetDrainedAsync(resource, drained, cancellation).ConfigureAwait(false);
        // The others hear of it with their next beat; whoever asked may look at once.
        var rest = _drained.Where(name => name != resource);
        _drained = drained ? [.. rest, resource] : [.. rest];
    }

    /// <summary>What the store says of them; every beat.</summary>
    internal void SetDrained(IReadOnlyList<string> drained) => _drained = [.. drained];

    /// <summary>The backend that an earlier node used; null when this node has none such.</summary>
    internal Place? Find(ExecutionStart start)
    {
        if (start.Handle.Backend == local.Name && start.Resource == Local) return new Place(Local, local, null);
        return Hosts().FirstOrDefault(host => host.Address == start.Resource) is { } found
            ? new Place(found.Address, found.Engine.Backend, found) : null;
    }

    /// <param name="avoid">Hosts that have just failed with this execution.</param>
    /// <param name="turn">Hosts are chosen when it comes; what runs on this machine does not wait for it.</param>
    internal async Task<Choice> PlaceAsync(
        ClaimedExecution claimed, IReadOnlyCollection<Host> avoid, Turns.Turn turn, CancellationToken cancellation)
    {
        var spec = claimed.Spec;
        if (spec.Environment is not null || _groups.Count == 0 || environments.Knows(project, spec.Image!))
            return _drained.Contains(Local) ? Choice.Wait(Local) : Choice.At(new Place(Local, local, null));
        var task = claimed.Execution.Task;
        foreach (var (group, hosts) in _groups)
        {
            if (!group.Match.IsMatch(task)) continue;
            await turn.ComeAsync(cancellation).ConfigureAwait(false);
            return turn.IsFull(group.Name) ? Choice.Wait(group.Name) : await PlaceAsync(claimed, group, hosts, avoid, cancellation).ConfigureAwait(false);
        }
        return Choice.Refused($"'{spec.Image}' is no environment and no image of this server's Glovebox, and no resource takes the task '{task}' "
            + $"(looked at {string.Join(", ", _groups.Select(g => $"{g.Spec.Name}: {g.Spec.Match}"))}). Import the image, or add a resource.");
    }

    private async Task<Choice> PlaceAsync(
        ClaimedExecution claimed, ResourceSpec group, IReadOnlyList<Host> hosts, IReadOnlyCollection<Host> avoid, CancellationToken cancellation)
    {
        var ready = new List<Host>();
        foreach (var host in hosts)
        {
            if (avoid.Contains(host) || _drained.Contains(host.Address)) continue;
            if (await host.IsReadyAsync(cancellation).ConfigureAwait(false)) ready.Add(host);
        }
        foreach (var host in ready.OrderBy(host => host.Running))
        {
            if (await EnterAsync(claimed, host, cancellation).ConfigureAwait(false)) return Choice.At(new Place(host.Address, host.Engine.Backend, host));
        }
        return Choice.Wait(group.Name);
    }

    /// <summary>Counts the execution before the store answers, so that others that are placed meanwhile see it.</summary>
    private async Task<bool> EnterAsync(ClaimedExecution claimed, Host host, CancellationToken cancellation)
    {
        var placed = false;
        host.Enter();
        try
        {
            placed = await queue.PlaceAsync(claimed.Key, host.Address, host.MaxRunning, cancellation).ConfigureAwait(false);
        }
        finally
        {
            if (!placed) host.Leave();
        }
        return placed;
    }

    internal IEnumerable<Host> Hosts() => _groups.SelectMany(group => group.Hosts);
}
