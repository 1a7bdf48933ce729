using Glovebox.Jobs.Stores;

namespace Glovebox.Storage.Sql.Jobs;

/// <summary>Waiting executions, and the nodes that take them.</summary>
public sealed class SqlExecutionQueue(IJobDatabase database) : IExecutionQueue
{
    public Task<IReadOnlyList<ClaimedExecution>> ClaimAsync(Claim claim, CancellationToken cancellation) =>
        database.ChangeAsync(change => Claims.TakeAsync(change, claim), cancellation);

    public Task<bool> SetPhaseAsync(ExecutionKey key, string? phase, CancellationToken cancellation) =>
        database.ChangeAsync(change => Course.SetPhaseAsync(change, key, phase), cancellation);

    public Task<bool> PlaceAsync(ExecutionKey key, string resource, int? most, CancellationToken cancellation) =>
        database.ChangeAsync(change => Course.PlaceAsync(change, key, resource, most), cancellation);

    public Task<bool> StartAsync(ExecutionKey key, ExecutionStart start, CancellationToken cancellation) =>
        database.ChangeAsync(change => Course.StartAsync(change, key, start), cancellation);

    public Task<bool> ReleaseAsync(ExecutionKey key, DateTimeOffset availableAt, CancellationToken cancellation) =>
        database.ChangeAsync(change => Course.ReleaseAsync(change, key, availableAt), cancellation);

    public Task<bool> FinishAsync(ExecutionFinish finish, CancellationToken cancellation) =>
        database.ChangeAsync(change => Course.FinishAsync(change, finish), cancellation);

    public Task JoinAsync(Node node, DateTimeOffset now, CancellationToken cancellation) =>
        database.ChangeAsync(change => Nodes.JoinAsync(change, node, now), cancellation);

    public Task<Heartbeat> BeatAsync(string nodeId, bool draining, DateTimeOffset now, CancellationToken cancellation) =>
        database.ChangeAsync(change => Nodes.BeatAsync(change, nodeId, draining), cancellation);

    public Task LeaveAsync(string nodeId, CancellationToken cancellation) =>
        database.ChangeAsync(change => change.Sql.RunAsync("delete from nodes where id = @id", ("id", nodeId)), cancellation);

    public Task<IReadOnlyList<ClaimedExecution>> TakeOverAsync(
        string deadNode, string node, string machine, bool others, DateTimeOffset now, CancellationToken cancellation) =>
        database.ChangeAsync(change => Nodes.TakeOverAsync(change, deadNode, node, machine, others, now), cancellation);

    public Task<IReadOnlyList<ClaimedExecution>> ReclaimAsync(
        string node, IReadOnlyCollection<ExecutionKey> keys, DateTimeOffset now, CancellationToken cancellation) =>
        database.ChangeAsync(change => Nodes.ReclaimAsync(change, node, keys, now), cancellation);

    public Task SetDrainedAsync(string resource, bool drained, CancellationToken cancellation) =>
        database.ChangeAsync(change => Nodes.SetDrainedAsync(change, resource, drained), cancellation);

    public async Task<IReadOnlyList<string>> ListHoldersAsync(CancellationToken cancellation) => await database.ReadAsync(
        sql => sql.ReadAsync($"select distinct node from executions where node is not null and {ExecutionTable.IsActive} order by node", r => r.Text(0)),
        cancellation);

    public IDisposable Listen(Action<JobSignals> heard) => database.Listen(heard);
}
