namespace Glovebox.Jobs.Nodes;

/// <summary>What every execution of a node works with.</summary>
/// <param name="Left">Fires when the node is gone: nothing is recorded or ended any more.</param>
internal sealed record NodeContext(
    NodeParts Parts, NodeSettings Settings, NodeLife Life, StorePatience Patience, BlockedTasks Blocked, CancellationToken Left)
{
    public Turns Turns { get; } = new();
}
