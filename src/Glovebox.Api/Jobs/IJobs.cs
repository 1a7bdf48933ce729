namespace Glovebox.Api.Jobs;

/// <summary>The queue: work that is posted, run when there is room, and remembered. Every id may be any unique part of 4 or more characters.</summary>
public interface IJobs
{
    /// <summary>Accepts a job. When this returns, the job is durable.</summary>
    /// <exception cref="RefusalException">The spec is wrong (names the field), or the idempotency key was used for another request.</exception>
    Task<SubmittedJob> SubmitAsync(string task, JobSpec spec, SubmitOptions options, CancellationToken cancellation);

    Task<Job> ShowAsync(string id, CancellationToken cancellation);
    Task<Page<Job>> ListAsync(JobFilter filter, CancellationToken cancellation);

    /// <summary>Ends what runs, drops what waits, and stops the schedule. What has ended stays as it is.</summary>
    Task<Job> CancelAsync(string id, CancellationToken cancellation);

    /// <summary>Adds one execution now; a running one is cancelled first. Refused for a job with a schedule (trigger it instead) or an array.</summary>
    Task<JobExecution> RetryAsync(string id, CancellationToken cancellation);

    /// <summary>Forgets a finished job with its logs.</summary>
    Task RemoveAsync(string id, CancellationToken cancellation);

    Task<Page<JobExecution>> ListExecutionsAsync(ExecutionFilter filter, CancellationToken cancellation);
    Task<JobExecution> ShowExecutionAsync(string id, CancellationToken cancellation);

    /// <summary>Ends one execution, with no retry; a schedule goes on.</summary>
    Task<JobExecution> CancelExecutionAsync(string id, CancellationToken cancellation);

    Task<IReadOnlyList<Delivery>> ListDeliveriesAsync(string executionId, CancellationToken cancellation);

    Task<Page<JobTask>> ListTasksAsync(TaskFilter filter, CancellationToken cancellation);
    Task<JobTask> ShowTaskAsync(string name, CancellationToken cancellation);

    /// <summary>Sets what holds for a task, and makes it if need be.</summary>
    /// <param name="version">Refused (Conflict) when the task has another by now; null to overwrite; 0 for a task that must not exist.</param>
    Task<JobTask> DefineTaskAsync(string name, TaskDefinition definition, long? version, CancellationToken cancellation);

    /// <summary>No tick is handled until it is resumed; the catch-up policy then says what becomes of those missed.</summary>
    Task<Job> PauseAsync(string id, CancellationToken cancellation);
    Task<Job> ResumeAsync(string id, CancellationToken cancellation);

    /// <summary>Adds one execution of a scheduled job now, beside its schedule.</summary>
    Task<JobExecution> TriggerAsync(string id, CancellationToken cancellation);

    /// <summary>The next times of an expression.</summary>
    /// <param name="count">1 to 1000.</param>
    IReadOnlyList<DateTimeOffset> Preview(string cron, string? timeZone, DateTimeOffset? from, int count);

    /// <summary>A piece of an execution's log, from a position that an earlier piece gave (0 for the start).</summary>
    /// <param name="wait">True: when there is nothing new and the execution goes on, waits until there is.</param>
    Task<LogPiece> ReadLogAsync(string executionId, LogStream stream, long position, bool wait, CancellationToken cancellation);

    /// <summary>Opens a kept output of an execution.</summary>
    Task<Stream> OpenOutputAsync(string executionId, string path, CancellationToken cancellation);

    /// <summary>What happened after an event, then what happens, without end.</summary>
    /// <param name="after">0 for all that is kept; null for only what is new.</param>
    IAsyncEnumerable<JobEvent> EventsAsync(long? after, string? task, string? jobId, CancellationToken cancellation);

    Task<QueueStatus> StatusAsync(CancellationToken cancellation);

    /// <summary>Keeps a resource from getting new executions (what runs goes on), or lets it again.</summary>
    Task SetDrainedAsync(string resource, bool drained, CancellationToken cancellation);
}

/// <summary>How a job is submitted.</summary>
/// <param name="IdempotencyKey">A repeated submit with the same key and content returns the first one's job; kept for a day.</param>
/// <param name="Id">A UUID of the client's choice. With <paramref name="Replace"/>, an existing job is changed: what waits of the old is dropped.</param>
/// <param name="Version">With <paramref name="Replace"/>: refused (Conflict) unless the job is there and has this version; null for whatever is there.</param>
public sealed record SubmitOptions(
    string? IdempotencyKey = null, string? Id = null, bool Replace = false, string? RequestAddress = null, long? Version = null);

/// <summary>What became of a submit.</summary>
/// <param name="Execution">The first execution; null for a job with a schedule.</param>
/// <param name="Created">False when an earlier job was found by its key or idempotency key, or changed.</param>
public sealed record SubmittedJob(Job Job, JobExecution? Execution, bool Created);

public enum LogStream
{
    Both,
    Stdout,
    Stderr,
}

/// <summary>A piece of a log.</summary>
/// <param name="Bytes">As the command wrote them; may be empty.</param>
/// <param name="Position">Where the next piece begins: a number to give back, not a count of bytes.</param>
/// <param name="Ended">Nothing follows.</param>
public sealed record LogPiece(ReadOnlyMemory<byte> Bytes, long Position, bool Ended);
