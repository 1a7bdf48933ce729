using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Api.Runs;
using Glovebox.Execution;

namespace Glovebox.Jobs.Stores;

/// <summary>A job that is to be stored.</summary>
/// <param name="Job">Complete: with its id, its state and its schedule.</param>
/// <param name="Executions">Those that wait from the start; none for a schedule.</param>
/// <param name="Fingerprint">Of task and spec; compared when the idempotency key was used before.</param>
/// <param name="Version">Of the job that is replaced: another one, or none, is a Conflict. Null for any.</param>
public sealed record NewJob(
    Job Job, IReadOnlyList<NewExecution> Executions, string? IdempotencyKey, string Fingerprint, bool Replace, long? Version = null);

/// <summary>An execution that is to wait in the queue. Its <see cref="JobExecution.Number"/> is the store's to give.</summary>
public sealed record NewExecution(JobExecution Execution);

/// <summary>Which execution, and by what right.</summary>
public sealed record ExecutionKey(string Id, long Token);

/// <summary>What a node wants to take.</summary>
/// <param name="Limit">At most so many.</param>
/// <param name="BlockedTasks">Tasks that the node has no room for now.</param>
public sealed record Claim(string NodeId, int Limit, IReadOnlyCollection<string> BlockedTasks, DateTimeOffset Now);

/// <summary>An execution in a node's hands.</summary>
/// <param name="Start">Null when its box was not recorded yet.</param>
public sealed record ClaimedExecution(JobExecution Execution, JobSpec Spec, long Token, ExecutionStart? Start)
{
    public ExecutionKey Key => new(Execution.Id, Token);
}

/// <summary>The box that an execution is about to run in.</summary>
/// <param name="Machine">The machine whose nodes alone can adopt it; null when every node can (a Docker host).</param>
/// <param name="Resource">Its name in <see cref="JobExecution.Resource"/>.</param>
/// <param name="Instance">Its name in <see cref="JobExecution.Instance"/>.</param>
public sealed record ExecutionStart(
    InstanceHandle Handle, string? Machine, string Resource, string Instance, string? Image, DateTimeOffset At);

/// <summary>How an execution ended.</summary>
/// <param name="Retry">Another attempt, if the policy allows one.</param>
public sealed record ExecutionFinish(
    ExecutionKey Key, ExecutionState State, FailureClass? Failure, int? ExitCode, string? Error, DateTimeOffset? StartedAt,
    DateTimeOffset FinishedAt, double? DurationSeconds, ResourceUsage? Usage, long StdoutBytes, long StderrBytes, bool LogCut,
    IReadOnlyList<RunOutput> Outputs, NewExecution? Retry);

/// <summary>One serving process.</summary>
/// <param name="Machine">The same for every node that shares a Glovebox home.</param>
/// <param name="Url">Where other nodes reach it; null for nowhere.</param>
public sealed record Node(string Id, string Machine, string? Url, int Slots);

/// <summary>What a node hears when it says that it lives.</summary>
/// <param name="Nodes">All on the list, this one included, with a counter that every beat changes.</param>
/// <param name="Cancelled">Executions of this node that are to be cancelled.</param>
/// <param name="Held">Every execution of this node with its token: what it runs beyond these is no longer its own.</param>
/// <param name="Drained">Names of resources that get no new executions.</param>
public sealed record Heartbeat(
    IReadOnlyList<NodeBeat> Nodes, IReadOnlyList<ExecutionKey> Cancelled, IReadOnlyList<ExecutionKey> Held, IReadOnlyList<string> Drained);

public sealed record NodeBeat(Node Node, long Beats, bool Draining, int Running, DateTimeOffset StartedAt);

/// <summary>See <see cref="QueueStatus"/>.</summary>
/// <param name="RunningByResource">Over all nodes.</param>
public sealed record QueueCounts(
    long Tasks, long Jobs, long Queued, long Delayed, long Running, DateTimeOffset? OldestQueuedAt, long FinishedLastMinute,
    long FailedLastMinute, long Schedules, long PendingDeliveries, IReadOnlyDictionary<string, int> RunningByResource,
    IReadOnlyList<TaskStatusCounts> ByTask);
