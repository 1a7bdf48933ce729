using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Stores;

namespace Glovebox.Storage.Sql.Jobs;

/// <summary>The nodes, and what becomes of a dead one's executions.</summary>
internal static class Nodes
{
    public static Task<int> JoinAsync(Change change, Node node, DateTimeOffset now) => change.Sql.RunAsync(
        """
        insert into nodes (id, machine, url, slots, beats, draining, started_at) values (@id, @machine, @url, @slots, 0, 0, @now)
        on conflict (id) do update set machine = excluded.machine, url = excluded.url, slots = excluded.slots
        """,
        ("id", node.Id), ("machine", node.Machine), ("url", node.Url), ("slots", (long)node.Slots), ("now", now));

    public static async Task<Heartbeat> BeatAsync(Change change, string id, bool draining)
    {
        var sql = change.Sql;
        await sql.RunAsync("update nodes set beats = beats + 1, draining = @draining where id = @id", ("draining", draining), ("id", id));
        var running = (await sql.ReadAsync(
            $"select node, count(*) from executions where {ExecutionTable.IsActive} group by node", r => (Node: r.TextOrNull(0) ?? "", Count: r.Number(1))))
            .ToDictionary(r => r.Node, r => (int)r.Count, StringComparer.Ordinal);
        var nodes = await sql.ReadAsync(
            "select id, machine, url, slots, beats, draining, started_at from nodes order by started_at, id",
            r => new NodeBeat(
                new Node(r.Text(0), r.Text(1), r.TextOrNull(2), (int)r.Number(3)), r.Number(4), r.Flag(5), running.GetValueOrDefault(r.Text(0)), r.Time(6)));
        var held = await sql.ReadAsync(
            $"select id, token, cancel_at from executions where node = @id and {ExecutionTable.IsActive} order by seq",
            r => (Key: new ExecutionKey(r.Text(0), r.Number(1)), Cancelled: r.Whole(2) is not null), ("id", id));
        var drained = await sql.ReadAsync("select resource from drained order by resource", r => r.Text(0));
        return new Heartbeat(nodes, [.. held.Where(h => h.Cancelled).Select(h => h.Key)], [.. held.Select(h => h.Key)], drained);
    }

    public static async Task<IReadOnlyList<ClaimedExecution>> TakeOverAsync(
        Change change, string dead, string node, string machine, bool others, DateTimeOffset now)
    {
        var sql = change.Sql;
        var held = await sql.ReadAsync(
            $"select id, job_id from executions where node = @dead and {ExecutionTable.IsActive} order by job_id, seq",
            r => (Id: r.Text(0), Job: r.Text(1)), ("dead", dead));
        var taken = new List<ClaimedExecution>();
        foreach (var (id, jobId) in held)
        {
            if (await JobTable.LockAsync(sql, jobId) is not { } job) continue;
            // Another may have taken it while this one waited.
            if (await sql.FirstAsync(
                $"select {ExecutionTable.All} from executions e where e.id = @id and e.node = @dead and e.{ExecutionTable.IsActive}{sql.Dialect.ForUpdate}",
                ExecutionTable.Read, ("id", id), ("dead", dead)) is not { } execution) continue;
            if (execution.Status == ExecutionState.Starting)
            {
                await Course.QueueAgainAsync(change, job, execution, now);
                continue;
            }

            if (await sql.RunAsync(
                "update executions set node = @node, token = token + 1 where id = @id and (machine is null or machine = @machine or @others = 1)",
                ("node", node), ("id", id), ("machine", machine), ("others", others)) > 0)
                taken.Add(await GivenAsync(sql, id));
        }

        return taken;
    }

    public static async Task<IReadOnlyList<ClaimedExecution>> ReclaimAsync(
        Change change, string node, IReadOnlyCollection<ExecutionKey> keys, DateTimeOffset now)
    {
        var sql = change.Sql;
        var given = new List<ClaimedExecution>();
        var known = new List<(ExecutionKey Key, string Job)>();
        foreach (var key in keys)
            if (await sql.FirstAsync("select job_id from executions where id = @id", r => r.Text(0), ("id", key.Id)) is { } job) known.Add((key, job));
        // In the order in which everybody locks jobs.
        foreach (var (key, jobId) in known.OrderBy(k => k.Job, StringComparer.Ordinal))
        {
            if (await JobTable.LockAsync(sql, jobId) is not { } job) continue;
            if (await sql.FirstAsync(
                $"""
                 select {ExecutionTable.All} from executions e
                 where e.id = @id and e.node = @node and e.token = @token and e.{ExecutionTable.IsActive}{sql.Dialect.ForUpdate}
                 """,
                ExecutionTable.Read, ("id", key.Id), ("node", node), ("token", key.Token)) is not { } execution) continue;
            if (execution.Status == ExecutionState.Starting)
            {
                await Course.QueueAgainAsync(change, job, execution, now);
                continue;
            }

            await sql.RunAsync("update executions set token = token + 1 where id = @id", ("id", key.Id));
            given.Add(await GivenAsync(sql, key.Id));
        }

        return given;
    }

    public static async Task<bool> SetDrainedAsync(Change change, string resource, bool drained)
    {
        await change.Sql.RunAsync(
            drained ? "insert into drained (resource) values (@resource) on conflict do nothing" : "delete from drained where resource = @resource",
            ("resource", resource));
        change.Signal(JobSignals.Work);
        return true;
    }

    private static async Task<ClaimedExecution> GivenAsync(SqlSession sql, string id) =>
        (await sql.FirstAsync($"select {Claims.Columns} from executions e join jobs j on j.id = e.job_id where e.id = @id", Claims.Read, ("id", id)))!;
}
