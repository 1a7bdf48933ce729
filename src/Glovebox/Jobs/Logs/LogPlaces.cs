using Glovebox.Api.Jobs;
using Glovebox.Home;
using Glovebox.Jobs.Nodes;
using Glovebox.Jobs.Stores;

namespace Glovebox.Jobs.Logs;

/// <summary>Which node has the files of an execution.</summary>
/// <param name="machine">This one's.</param>
/// <param name="nodes">As this one sees them.</param>
public sealed class LogPlaces(GloveboxHome home, IJobStore store, string machine, Func<IReadOnlyList<NodeStatus>> nodes)
{
    /// <summary>Null when they are here, or when no live node that can be reached has them.</summary>
    public async Task<NodeStatus?> FindAsync(string executionId, CancellationToken cancellation)
    {
        if (Directory.Exists(new ExecutionFolder(home, executionId).Root)) return null;
        var there = await store.MachineOfAsync(executionId, cancellation).ConfigureAwait(false);
        if (there is null || there == machine) return null;
        return nodes().Where(node => node.Machine == there && node.Alive && node.Url is not null).MaxBy(node => node.StartedAt);
    }
}
