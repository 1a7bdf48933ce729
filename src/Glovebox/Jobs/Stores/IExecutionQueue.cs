using Glovebox.Api.Jobs;
using Glovebox.Execution;

namespace Glovebox.Jobs.Stores;

/// <summary>
/// Waiting executions, as nodes take and end them. Part of the job store: one database, one transaction. An execution belongs to the node that
/// claimed it until it ends, is released or taken over; each of these makes its fencing token larger, and a change with an older token has no
/// effect and returns false.
/// </summary>
public interface IExecutionQueue
{
    /// <summary>
    /// Takes executions that may start now, highest priority first and then in the order in which they became available: queued, their time
    /// come, their task neither paused nor blocked nor at its concurrency, their array below its parallelism, and for schedules with overlap
    /// <c>queue</c> or <c>replace</c> no other execution of the job unfinished before it. They are <c>starting</c> then, and their job running.
    /// No two nodes ever get the same one.
    /// </summary>
    Task<IReadOnlyList<ClaimedExecution>> ClaimAsync(Claim claim, CancellationToken cancellation);

    /// <summary>Notes what goes on before the start; null for nothing.</summary>
    Task<bool> SetPhaseAsync(ExecutionKey key, string? phase, CancellationToken cancellation);

    /// <summary>
    /// Gives an execution a place on a resource, unless that holds <paramref name="most"/> already, counted over all nodes in the same
    /// transaction. Also of a running one whose box did not start there.
    /// </summary>
    /// <returns>False: the resource is full.</returns>
    /// <exception cref="FencedException">The execution belongs to another by now.</exception>
    Task<bool> PlaceAsync(ExecutionKey key, string resource, int? most, CancellationToken cancellation);

    /// <summary>
    /// Records the box before it starts, so that whoever finds the execution can adopt it: it is <c>running</c>. Again for another box when that
    /// one did not start, or when the answer was lost.
    /// </summary>
    Task<bool> StartAsync(ExecutionKey key, ExecutionStart start, CancellationToken cancellation);

    /// <summary>Puts an execution that has not started back into its place in the queue.</summary>
    /// <param name="availableAt">Not before this time.</param>
    Task<bool> ReleaseAsync(ExecutionKey key, DateTimeOffset availableAt, CancellationToken cancellation);

    /// <summary>
    /// Ends an execution: its outcome, its retry (dropped when the job was stopped or the execution's cancellation asked for meanwhile), the
    /// job's state and, when the job tells somebody and there is no retry, its notice.
    /// </summary>
    Task<bool> FinishAsync(ExecutionFinish finish, CancellationToken cancellation);

    /// <summary>Makes a node known. Its id is new with each process.</summary>
    Task JoinAsync(Node node, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>
    /// Says that a node lives, and hears what it must know: every node (to judge who is dead), which of its own executions are to be cancelled,
    /// and which it still holds.
    /// </summary>
    Task<Heartbeat> BeatAsync(string nodeId, bool draining, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Takes a node off the list. What it holds stays with its id, to be taken over.</summary>
    Task LeaveAsync(string nodeId, CancellationToken cancellation);

    /// <summary>
    /// Gives what a dead node holds to another: executions that have not started go back into the queue; running ones with a box on
    /// <paramref name="machine"/> or on no machine in particular are returned, to be adopted; with <paramref name="others"/> the rest too, to
    /// be recorded as lost.
    /// </summary>
    Task<IReadOnlyList<ClaimedExecution>> TakeOverAsync(
        string deadNode, string node, string machine, bool others, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>
    /// Gives a node again what it holds and has never heard of, since an answer was lost: executions that have not started go back into the queue,
    /// the others are returned. Those of other nodes, or with another token by now, are left alone; so is all that is not named.
    /// </summary>
    Task<IReadOnlyList<ClaimedExecution>> ReclaimAsync(
        string node, IReadOnlyCollection<ExecutionKey> keys, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Keeps a resource from getting new executions, on every node, until it is undone.</summary>
    Task SetDrainedAsync(string resource, bool drained, CancellationToken cancellation);

    /// <summary>Ids of nodes that hold executions, on the list or not.</summary>
    Task<IReadOnlyList<string>> ListHoldersAsync(CancellationToken cancellation);

    /// <summary>
    /// Calls <paramref name="heard"/> after each commit that may matter to others, by this or another process (PostgreSQL: LISTEN/NOTIFY). A
    /// hint: it may come twice or without need, and after a lost connection it comes once for all. It must return at once.
    /// </summary>
    IDisposable Listen(Action<JobSignals> heard);
}

/// <summary>What may have changed.</summary>
[Flags]
public enum JobSignals
{
    None = 0,

    /// <summary>Something can be claimed, or a place came free.</summary>
    Work = 1,

    /// <summary>A running execution is to be cancelled.</summary>
    Cancel = 2,

    /// <summary>There are new events.</summary>
    Events = 4,

    /// <summary>A notice or delivery is due.</summary>
    Deliveries = 8,

    /// <summary>Something is due earlier than before.</summary>
    Times = 16,

    /// <summary>A call of a function was accepted.</summary>
    Calls = 32,

    /// <summary>A function is there, is gone, or leads to another version.</summary>
    Functions = 64,

    All = Work | Cancel | Events | Deliveries | Times | Calls | Functions,
}

/// <summary>The execution belongs to another node by now: stop its box, record nothing.</summary>
public sealed class FencedException(string executionId) : Exception($"execution {executionId} is no longer this node's");
