using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Jobs.Placement;

namespace Glovebox.Jobs.Nodes;

/// <summary>
/// Containers on hosts that this node can reach, of executions that have ended in the record: their machine died, and the containers went on.
/// What the store does not know may be another store's and is left alone.
/// </summary>
internal static class Strays
{
    private const string Prefix = "job-";

    public static async Task RemoveAsync(NodeContext node, CancellationToken cancellation)
    {
        foreach (var host in node.Parts.Resources.Hosts())
        {
            if (host.Engine.Boxes is not { } boxes) continue;
            try
            {
                foreach (var box in await boxes.List(cancellation).ConfigureAwait(false))
                    if (await HasEndedAsync(node, box, cancellation).ConfigureAwait(false)) await boxes.Remove(box, cancellation).ConfigureAwait(false);
            }
            catch (RefusalException e) when (e.Kind == RefusalKind.Unable)
            {
                // The host or the store is away: the next round has the same to do.
            }
        }
    }

    /// <summary>The container of one execution that was just recorded as lost with its machine.</summary>
    public static async Task RemoveAsync(NodeContext node, Host host, string box, CancellationToken cancellation)
    {
        if (host.Engine.Boxes is not { } boxes) return;
        try
        {
            await boxes.Remove(box, cancellation).ConfigureAwait(false);
        }
        catch (RefusalException e)
        {
            node.Settings.Report($"{box} may still run on {host.Address}, though its machine is gone and it is recorded as lost: {e.Message}");
        }
    }

    private static async Task<bool> HasEndedAsync(NodeContext node, string box, CancellationToken cancellation)
    {
        if (!box.StartsWith(Prefix, StringComparison.Ordinal) || !Guid.TryParseExact(box[Prefix.Length..], "D", out var id)) return false;
        var found = await node.Parts.Jobs.FindExecutionsAsync(id.ToString(), 1, cancellation).ConfigureAwait(false);
        return found is [{ Status: > ExecutionState.Running }];
    }
}
