using Glovebox.Api.Runs;

namespace Glovebox.Api.Execution;

/// <summary>What an execution may consume. A null is no limit, except where said otherwise.</summary>
/// <param name="MemoryBytes">Memory of all processes together, swap included, in bytes (at least 6 MiB).</param>
/// <param name="Cpus">Processors' worth of time (0.01 upwards; 1.5 is one and a half).</param>
/// <param name="Pids">Processes and threads at once. Null is the engine's default of 4096, so that a fork bomb ends in the box.</param>
/// <param name="DiskBytes">Bytes that the box may write to disk. Null leaves the host a reserve of free space.</param>
/// <param name="Timeout">Time from start to deadline.</param>
public sealed record Limits(
    long? MemoryBytes = null, double? Cpus = null, int? Pids = null, long? DiskBytes = null, TimeSpan? Timeout = null)
{
    public static readonly Limits None = new();

    /// <summary>As a run or a job asks for them.</summary>
    public static Limits Of(RunLimits limits) => new(
        limits.MemoryBytes, limits.Cpus, limits.Pids, limits.DiskBytes, limits.TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
}
