using Glovebox.Jobs.Stores;

namespace Glovebox.Jobs.Nodes;

/// <summary>
/// Takes over what dead nodes hold. A node of this home is dead when its lock is free, at once; any other when the witness says so. One that left in
/// good order with boxes running on its machine is waited for, since a new node of that machine will adopt them.
/// </summary>
internal sealed class Inheritance(NodeContext node, Action<ClaimedExecution> take)
{
    private readonly Dictionary<string, long> _absent = new(StringComparer.Ordinal);

    private IExecutionQueue Queue => node.Parts.Queue;

    /// <summary>Takes over from the dead of this home.</summary>
    public async Task TakeFromHomeAsync(CancellationToken cancellation)
    {
        foreach (var id in NodeLife.Known(node.Parts.Home, node.Life.Store))
        {
            if (id == node.Life.Id) continue;
            using var free = NodeLife.Inherit(node.Parts.Home, id);
            if (free is null) continue;
            await TakeAsync(id, others: false, cancellation).ConfigureAwait(false);
            await Queue.LeaveAsync(id, cancellation).ConfigureAwait(false);
            NodeLife.Forget(node.Parts.Home, id);
        }
    }

    /// <summary>Takes over from the dead of other homes.</summary>
    public async Task TakeFromOthersAsync(IReadOnlyList<NodeBeat> nodes, IReadOnlySet<string> dead, CancellationToken cancellation)
    {
        foreach (var gone in nodes.Where(n => dead.Contains(n.Node.Id) && IsForeign(n.Node.Id)))
        {
            // Another node of that machine sees the same, and only it can adopt the boxes.
            var orphaned = !nodes.Any(n => n.Node.Machine == gone.Node.Machine && !dead.Contains(n.Node.Id));
            await TakeAsync(gone.Node.Id, orphaned, cancellation).ConfigureAwait(false);
            if (orphaned) await Queue.LeaveAsync(gone.Node.Id, cancellation).ConfigureAwait(false);
        }
        await TakeFromAbsentAsync(nodes, cancellation).ConfigureAwait(false);
    }

    private async Task TakeFromAbsentAsync(IReadOnlyList<NodeBeat> nodes, CancellationToken cancellation)
    {
        var listed = nodes.Select(n => n.Node.Id).ToHashSet(StringComparer.Ordinal);
        var holders = await Queue.ListHoldersAsync(cancellation).ConfigureAwait(false);
        var absent = holders.Where(id => !listed.Contains(id) && IsForeign(id)).ToList();
        foreach (var id in _absent.Keys.Except(absent, StringComparer.Ordinal).ToList()) _absent.Remove(id);
        foreach (var id in absent)
        {
            var now = node.Parts.Time.GetTimestamp();
            var isNew = _absent.TryAdd(id, now);
            var late = node.Parts.Time.GetElapsedTime(_absent[id], now) >= node.Settings.Absence;
            // What does not need its machine is taken at once.
            if (isNew || late) await TakeAsync(id, late, cancellation).ConfigureAwait(false);
        }
    }

    private async Task TakeAsync(string id, bool others, CancellationToken cancellation)
    {
        var taken = await Queue.TakeOverAsync(id, node.Life.Id, node.Life.Machine, others, node.Parts.Time.GetUtcNow(), cancellation)
            .ConfigureAwait(false);
        foreach (var execution in taken) take(execution);
    }

    private bool IsForeign(string id) => id != node.Life.Id && !NodeLife.IsOfHome(node.Parts.Home, id);
}
