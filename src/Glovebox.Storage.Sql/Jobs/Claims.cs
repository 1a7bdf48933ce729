using System.Text.Json;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Execution;
using Glovebox.Jobs.Stores;

namespace Glovebox.Storage.Sql.Jobs;

/// <summary>Gives waiting executions to a node.</summary>
internal static class Claims
{
    /// <summary>Columns of a <see cref="ClaimedExecution"/>.</summary>
    public const string Columns = ExecutionTable.All + ", e.token, e.handle, e.machine, j.spec";

    public static ClaimedExecution Read(SqlRow row)
    {
        var execution = ExecutionTable.Read(row);
        var handle = row.TextOrNull(9) is { } text ? JsonSerializer.Deserialize(text, HandleJson.Default.InstanceHandle) : null;
        var start = handle is null
            ? null
            : new ExecutionStart(handle, row.TextOrNull(10), execution.Resource!, execution.Instance!, execution.Image, execution.StartedAt!.Value);
        return new ClaimedExecution(execution, JobTable.ReadSpec(execution.JobId, row.Text(11)), row.Number(8), start);
    }

    public static async Task<IReadOnlyList<ClaimedExecution>> TakeAsync(Change change, Claim claim)
    {
        await RipenAsync(change, claim.Now);
        var taken = new List<ClaimedExecution>();
        var full = new HashSet<string>(claim.BlockedTasks, StringComparer.Ordinal);
        var fullJobs = new HashSet<string>(StringComparer.Ordinal);
        var room = new Dictionary<string, long>(StringComparer.Ordinal);
        while (taken.Count < claim.Limit)
        {
            var found = await CandidatesAsync(change.Sql, claim, full, fullJobs, claim.Limit - taken.Count);
            if (found.Count == 0) break;
            var before = full.Count + fullJobs.Count;
            foreach (var candidate in found)
            {
                if (full.Contains(candidate.Task) || fullJobs.Contains(candidate.Job)) continue;
                if (!await HasRoomAsync(change, candidate, room))
                {
                    full.Add(candidate.Task);
                    continue;
                }

                if (candidate.Parallelism is { } most && await ActiveAsync(change.Sql, candidate.Job) >= most)
                {
                    fullJobs.Add(candidate.Job);
                    continue;
                }

                if (candidate.Serial) fullJobs.Add(candidate.Job);
                if (candidate.Concurrency is not null) room[candidate.Task]--;
                taken.Add(await GiveAsync(change, candidate, claim));
            }

            if (full.Count + fullJobs.Count == before) break;
        }

        return taken;
    }

    /// <summary>Brings into the queue what has come to its time.</summary>
    private static async Task RipenAsync(Change change, DateTimeOffset now)
    {
        var ripe = await change.Sql.ReadAsync(
            $"""
             select e.id, e.job_id from executions e join jobs j on j.id = e.job_id
             where e.status = 'queued' and e.ready = 0 and e.available_at <= @now order by e.available_at limit 1000{change.Sql.Dialect.SkipLocked("e, j")}
             """,
            r => (Id: r.Text(0), Job: r.Text(1)), ("now", now));
        if (ripe.Count == 0) return;
        await change.Sql.RunAsync(
            $"update executions set ready = 1 where {change.Sql.Dialect.In("id", "@ids")}", ("ids", ripe.Select(r => r.Id).ToArray()));
        await change.Sql.RunAsync(
            $"update jobs set status = 'queued' where status = 'scheduled' and {change.Sql.Dialect.In("id", "@ids")}",
            ("ids", ripe.Select(r => r.Job).Distinct(StringComparer.Ordinal).ToArray()));
    }

    private static Task<List<Candidate>> CandidatesAsync(SqlSession sql, Claim claim, HashSet<string> full, HashSet<string> fullJobs, int limit) => sql.ReadAsync(
        $"""
         select e.id, e.task, e.job_id, t.concurrency, j.parallelism, j.serial
         from executions e join jobs j on j.id = e.job_id join tasks t on t.name = e.task
         where e.status = 'queued' and e.ready = 1 and t.paused = 0
           and not ({sql.Dialect.In("e.task", "@full")}) and not ({sql.Dialect.In("e.job_id", "@jobs")})
           and (j.expires_at is null or j.expires_at > @now)
           and (j.serial = 0 or not exists (select 1 from executions o where o.job_id = e.job_id and o.number < e.number and o.finished_at is null))
         order by e.priority desc, e.place, e.seq limit @limit{sql.Dialect.SkipLocked("e, j")}
         """,
        r => new Candidate(r.Text(0), r.Text(1), r.Text(2), r.Whole(3), r.Whole(4), r.Flag(5)),
        ("full", full.ToArray()), ("jobs", fullJobs.ToArray()), ("now", claim.Now), ("limit", (long)limit));

    /// <summary>Who counts a task with a limit is alone with it until the end of the transaction.</summary>
    private static async Task<bool> HasRoomAsync(Change change, Candidate candidate, Dictionary<string, long> room)
    {
        if (candidate.Concurrency is not { } most) return true;
        if (!room.TryGetValue(candidate.Task, out var left))
        {
            var sql = change.Sql;
            if (sql.Dialect.TryLock is { } take && await sql.NumberAsync(take, ("word", "task " + candidate.Task)) == 0)
            {
                // The other may leave some; its own signal would not come.
                change.Signal(JobSignals.Work);
                return false;
            }

            var active = await sql.NumberAsync(
                $"select count(*) from executions where task = @task and {ExecutionTable.IsActive}", ("task", candidate.Task));
            room[candidate.Task] = left = most - active;
        }

        return left > 0;
    }

    private static Task<long> ActiveAsync(SqlSession sql, string job) =>
        sql.NumberAsync("select active from jobs where id = @id", ("id", job));

    private static async Task<ClaimedExecution> GiveAsync(Change change, Candidate candidate, Claim claim)
    {
        await change.Sql.RunAsync(
            "update executions set status = 'starting', node = @node, token = token + 1 where id = @id", ("node", claim.NodeId), ("id", candidate.Id));
        await change.Sql.RunAsync(
            "update jobs set active = active + 1, status = 'running', modified_at = @now where id = @id", ("now", claim.Now), ("id", candidate.Job));
        return (await change.Sql.FirstAsync(
            $"select {Columns} from executions e join jobs j on j.id = e.job_id where e.id = @id", Read, ("id", candidate.Id)))!;
    }

    private sealed record Candidate(string Id, string Task, string Job, long? Concurrency, long? Parallelism, bool Serial);
}
