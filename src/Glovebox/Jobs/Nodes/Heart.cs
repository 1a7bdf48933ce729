using Glovebox.Api;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Stores;

namespace Glovebox.Jobs.Nodes;

/// <summary>The beat of a node: says that it lives, and does what it hears.</summary>
/// <param name="isClaiming">A claim is under way: what the store says is held may not have arrived yet.</param>
internal sealed class Heart(NodeContext node, NodeWork work, Func<bool> isClaiming)
{
    private readonly Witness _witness = new(node.Settings.Beat, node.Parts.Time);
    private readonly Inheritance _inheritance = new(node, work.Begin);
    private readonly Dictionary<ExecutionKey, long> _strays = [];
    private volatile IReadOnlyList<NodeStatus> _nodes = [];

    public IReadOnlyList<NodeStatus> Nodes => _nodes;

    /// <summary>Before the first beat: what died on this home goes on at once.</summary>
    public Task ReviveAsync(CancellationToken cancellation) => _inheritance.TakeFromHomeAsync(cancellation);

    public async Task BeatAsync(bool draining, CancellationToken cancellation)
    {
        var time = node.Parts.Time;
        var mine = work.Runners.Select(runner => runner.Key).ToList();
        try
        {
            var heard = await node.Parts.Queue.BeatAsync(node.Life.Id, draining, time.GetUtcNow(), cancellation).ConfigureAwait(false);
            node.Parts.Resources.SetDrained(heard.Drained);
            foreach (var key in heard.Cancelled) work.Find(key.Id)?.Cancel();
            Fence(mine, heard);
            var dead = _witness.Look(heard.Nodes);
            _nodes = [.. heard.Nodes.Select(n => Status(n, !dead.Contains(n.Node.Id)))];
            // Whoever was taken for dead is off the list.
            if (!heard.Nodes.Any(n => n.Node.Id == node.Life.Id)) await JoinAsync(cancellation).ConfigureAwait(false);
            if (draining) return;
            await TakeStraysAsync(heard.Held, cancellation).ConfigureAwait(false);
            await _inheritance.TakeFromHomeAsync(cancellation).ConfigureAwait(false);
            await _inheritance.TakeFromOthersAsync(heard.Nodes, dead, cancellation).ConfigureAwait(false);
        }
        catch (RefusalException e) when (e.Kind == RefusalKind.Unable)
        {
            _witness.Interrupt();
        }
    }

    public Task JoinAsync(CancellationToken cancellation) => node.Parts.Queue.JoinAsync(
        new Node(node.Life.Id, node.Life.Machine, node.Life.Url, node.Settings.Slots), node.Parts.Time.GetUtcNow(), cancellation);

    private void Fence(List<ExecutionKey> mine, Heartbeat heard)
    {
        var held = heard.Held.ToHashSet();
        // Only what it had before it asked: what it took meanwhile is not in the answer.
        foreach (var key in mine)
        {
            if (!held.Contains(key) && work.Find(key.Id) is { } runner && runner.Key == key) runner.Fence();
        }
    }

    /// <summary>What the store gave to this node in an answer that never arrived.</summary>
    private async Task TakeStraysAsync(IReadOnlyList<ExecutionKey> held, CancellationToken cancellation)
    {
        var time = node.Parts.Time;
        var strays = held.Where(key => work.Find(key.Id) is null).ToHashSet();
        foreach (var key in _strays.Keys.Except(strays).ToList()) _strays.Remove(key);
        foreach (var key in strays) _strays.TryAdd(key, time.GetTimestamp());
        if (isClaiming()) return;
        var lost = _strays.Where(stray => time.GetElapsedTime(stray.Value) >= 2 * node.Settings.Beat).Select(stray => stray.Key).ToList();
        if (lost.Count == 0) return;
        // By name: whatever runs here keeps its token, and is not fenced when this answer is lost too.
        var mine = await node.Parts.Queue.ReclaimAsync(node.Life.Id, lost, time.GetUtcNow(), cancellation).ConfigureAwait(false);
        foreach (var execution in mine) work.Begin(execution);
    }

    private static NodeStatus Status(NodeBeat beat, bool alive) => new(
        beat.Node.Id, beat.Node.Machine, beat.Node.Url, beat.Node.Slots, beat.Running, alive, beat.Draining, beat.StartedAt);
}
