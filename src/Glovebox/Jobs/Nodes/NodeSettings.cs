using Glovebox.Environments;
using Glovebox.Home;
using Glovebox.Jobs.Placement;
using Glovebox.Jobs.Stores;

namespace Glovebox.Jobs.Nodes;

/// <summary>How one serving process works.</summary>
public sealed record NodeSettings
{
    /// <summary>How many executions it has in its hands at most, 1 upwards.</summary>
    public required int Slots { get; init; }

    /// <summary>Whose environments jobs may name: any directory of a project.</summary>
    public required string Project { get; init; }

    /// <summary>Directories below which jobs may mount volumes. None: no job may.</summary>
    public IReadOnlyList<string> Volumes { get; init; } = [];

    /// <summary>Bytes of an execution's log file after which nothing more is kept.</summary>
    public long LogLimitBytes { get; init; } = 1_000_000_000;

    /// <summary>Time between two signs of life, which is the same for all nodes of a store.</summary>
    public TimeSpan Beat { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long work of a machine without any node waits for one to come back and adopt it, once its node has left in good order.</summary>
    public TimeSpan Absence { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Told what a person who runs the server should know.</summary>
    public Action<string> Report { get; init; } = static _ => { };
}

/// <summary>What a node works with.</summary>
public sealed record NodeParts(
    IExecutionQueue Queue, ISchedules Schedules, IJobStore Jobs, IEnvironmentSource Environments, Resources Resources, GloveboxHome Home,
    TimeProvider Time);
