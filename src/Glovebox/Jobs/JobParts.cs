using Glovebox.Api.Jobs;
using Glovebox.Jobs.Logs;
using Glovebox.Jobs.Placement;
using Glovebox.Jobs.Stores;

namespace Glovebox.Jobs;

/// <summary>What the jobs stand on.</summary>
/// <param name="Nodes">The serving processes, as this one sees them.</param>
public sealed record JobParts(
    IJobStore Store, ISchedules Schedules, IExecutionQueue Queue, IOutbox Outbox, IExecutionLogs Logs, IResources Resources,
    Func<IReadOnlyList<NodeStatus>> Nodes, TimeProvider Time);

/// <summary>What a server allows its jobs.</summary>
/// <param name="Volumes">Directories below which jobs may mount; none: no job may.</param>
/// <param name="DefaultTimeout">For jobs that name none; null for none.</param>
/// <param name="LongestTimeout">What a longer one, or none, is cut to; null for no bound.</param>
public sealed record JobSettings(IReadOnlyList<string> Volumes, TimeSpan? DefaultTimeout = null, TimeSpan? LongestTimeout = null)
{
    internal double? TimeoutOf(double? asked)
    {
        var seconds = asked ?? DefaultTimeout?.TotalSeconds;
        return LongestTimeout is { TotalSeconds: var longest } && !(seconds <= longest) ? longest : seconds;
    }
}
