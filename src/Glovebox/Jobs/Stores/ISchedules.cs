using Glovebox.Api.Jobs;

namespace Glovebox.Jobs.Stores;

/// <summary>The schedules, for any number of schedulers at once. Part of the job store: one database, one transaction.</summary>
public interface ISchedules
{
    /// <summary>Jobs whose schedule is due and not paused, longest due first.</summary>
    Task<IReadOnlyList<Job>> ListDueAsync(DateTimeOffset now, int limit, CancellationToken cancellation);

    /// <summary>
    /// Handles ticks, once: only if the schedule's next tick is still <see cref="Firing.ExpectedNextAt"/> and the job's version
    /// <see cref="Firing.Version"/>; otherwise nothing happens and false. Then the schedule moves on to <see cref="Firing.NextAt"/>, and the
    /// executions are added as its overlap policy allows: <c>skip</c> adds none while one of the job is unfinished (event
    /// <c>tick.skipped</c>), <c>replace</c> cancels those.
    /// </summary>
    Task<bool> FireAsync(Firing firing, CancellationToken cancellation);

    /// <summary>Pauses or resumes. Null when there is no such job or it has no schedule.</summary>
    /// <param name="nextAt">The next tick after resuming; ignored when pausing.</param>
    Task<Job?> SetPausedAsync(string jobId, bool paused, DateTimeOffset? nextAt, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>The earliest moment after which something is due that is not due at <paramref name="now"/>: a tick, a delayed execution, an
    /// expiry, a delivery. Null when nothing waits.</summary>
    Task<DateTimeOffset?> NextDueAsync(DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Ends waiting executions whose job's <see cref="JobSpec.ExpiresAt"/> has passed, as <c>expired</c>, some at a time. How many; 0
    /// when none is left.</summary>
    Task<int> ExpireAsync(DateTimeOffset now, CancellationToken cancellation);
}

/// <summary>Ticks of one schedule that are handled together.</summary>
/// <param name="Executions">One for each tick that is to run, oldest first.</param>
/// <param name="Left">How many ticks the catch-up policy leaves out.</param>
public sealed record Firing(
    string JobId, long Version, DateTimeOffset ExpectedNextAt, DateTimeOffset? NextAt, DateTimeOffset LastAt,
    IReadOnlyList<NewExecution> Executions, int Left, DateTimeOffset Now);
