using Glovebox.Api;
using Glovebox.Api.Jobs;
using Glovebox.Query;

namespace Glovebox.Jobs.Stores;

/// <summary>
/// The record of tasks, jobs, executions and schedules, as their users change and read it. What must be atomic is one method; when a method
/// returns, its effect is durable. Every change adds its events in the same transaction. A database that cannot be reached is a
/// <see cref="RefusalException"/> of kind Unable, and then nothing was done or (a commit whose reply was lost) all of it.
/// Implementations pass <c>JobStoreSuite</c> in tests/Conformance.
/// </summary>
public interface IJobStore
{
    /// <summary>What tells this store from every other: made once with it, and never changed.</summary>
    Task<string> IdentifyAsync(CancellationToken cancellation);

    /// <summary>
    /// Adds a job with its first executions, or finds the one that stands for it: by idempotency key (same fingerprint; another one is a
    /// Conflict), or by <see cref="JobSpec.Key"/> among unfinished jobs of the task. The task is made if need be. With
    /// <see cref="NewJob.Replace"/> an existing job of that id is given the new definition: its waiting executions are cancelled, its
    /// schedule replaced; what runs goes on. Without, an existing id is a Conflict; an id of another task always is.
    /// </summary>
    Task<SubmittedJob> SubmitAsync(NewJob job, CancellationToken cancellation);

    /// <summary>Adds an execution to a job, unless it is gone (null) or <see cref="Job.Stopped"/> and <paramref name="revive"/> is false.</summary>
    /// <param name="revive">A stopped job counts as not stopped from here on (its schedule stays ended).</param>
    Task<JobExecution?> AddExecutionAsync(NewExecution execution, bool revive, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>
    /// Stops a job: waiting executions are cancelled, running ones get <see cref="JobExecution.CancelRequestedAt"/>, the schedule ends. Null
    /// when there is no such job; no effect on a finished one.
    /// </summary>
    Task<Job?> CancelJobAsync(string id, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>The same for one execution; its retry is not made. Null when there is none.</summary>
    Task<JobExecution?> CancelExecutionAsync(string id, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Forgets a finished job. Its executions' ids (their files can go); null when there is no such job.</summary>
    /// <exception cref="RefusalException">Conflict: it is not finished.</exception>
    Task<IReadOnlyList<string>?> RemoveJobAsync(string id, CancellationToken cancellation);

    /// <summary>Forgets finished jobs beyond their task's retention, at most <paramref name="limit"/>. Their executions' ids.</summary>
    Task<IReadOnlyList<string>> RemoveOutdatedAsync(DateTimeOffset now, int limit, CancellationToken cancellation);

    /// <summary>See <see cref="IJobs.DefineTaskAsync"/>.</summary>
    Task<JobTask> DefineTaskAsync(string name, TaskDefinition definition, long? version, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>The jobs whose id holds <paramref name="part"/>, an exact match alone if there is one; at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<Job>> FindJobsAsync(string part, int limit, CancellationToken cancellation);

    /// <summary>As <see cref="FindJobsAsync"/>.</summary>
    Task<IReadOnlyList<JobExecution>> FindExecutionsAsync(string part, int limit, CancellationToken cancellation);

    /// <summary>The machine that an execution's box is or was on; null when there is none, or it never started.</summary>
    Task<string?> MachineOfAsync(string executionId, CancellationToken cancellation);

    Task<Page<Job>> ListJobsAsync(JobFilter filter, Condition? where, CancellationToken cancellation);
    Task<Page<JobExecution>> ListExecutionsAsync(ExecutionFilter filter, CancellationToken cancellation);

    /// <summary>By name; case-sensitive.</summary>
    Task<JobTask?> FindTaskAsync(string name, CancellationToken cancellation);
    Task<Page<JobTask>> ListTasksAsync(TaskFilter filter, CancellationToken cancellation);

    /// <summary>Everything of <see cref="QueueStatus"/> that the store knows: nodes' aliveness and resources are the feature's.</summary>
    Task<QueueCounts> CountAsync(DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Events after <paramref name="after"/> in the order of commits: none that commits later has a smaller id than one returned.</summary>
    Task<IReadOnlyList<JobEvent>> ReadEventsAsync(long after, int limit, CancellationToken cancellation);

    /// <summary>The id of the newest event; 0 when there is none.</summary>
    Task<long> LastEventAsync(CancellationToken cancellation);

    /// <summary>Forgets events, idempotency keys and settled deliveries older than <paramref name="before"/>, some at a time.</summary>
    Task TrimAsync(DateTimeOffset before, CancellationToken cancellation);
}
