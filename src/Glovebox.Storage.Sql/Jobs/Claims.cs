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
        var handle = row.TextOrNull(9) is { } text ? HandleDocument.Read(text) : null;
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
        var (room, roomOfJobs) = (new Dictionary<string, long>(StringComparer.Ordinal), new Dictionary<string, long>(StringComparer.Ordinal));
        while (taken.Count < claim.Limit)
        {
            var found = await CandidatesAsync(change.Sql, claim, full, fullJobs, claim.Limit - taken.Count);
            var before = full.Count + fullJobs.Count;
            var chosen = new List<Candidate>();
            foreach (var candidate in found)
            {
                if (full.Contains(candidate.Task) || fullJobs.Contains(candidate.Job)) continue;
                if (!await HasRoomAsync(change, candidate, room))
                {
                    full.Add(candidate.Task);
                    continue;
                }

                if (candidate.Parallelism is { } most && !TakeRoom(roomOfJobs, candidate.Job, most - candidate.Active))
                {
                    fullJobs.Add(candidate.Job);
                    continue;
                }

                if (candidate.Serial) fullJobs.Add(candidate.Job);
                if (candidate.Concurrency is not null) room[candidate.Task]--;
                chosen.Add(candidate);
            }

            if (chosen.Count > 0) taken.AddRange(await GiveAsync(change, chosen, claim));
            if (full.Count + fullJobs.Count == before) break;
        }

        if (taken.Count < claim.Limit && change.Sql.Dialect.TryLock is not null
            && (await CandidatesAsync(change.Sql, claim, full, fullJobs, 1, mine: false)).Count > 0) change.Miss(JobSignals.Work);
        return taken;
    }

    /// <summary>Brings into the queue what has come to its time.</summary>
    private static async Task RipenAsync(Change change, DateTimeOffset now)
    {
        var ripe = await change.Sql.ReadAsync(
            $"""
             select e.id, e.job_id from executions e{change.Sql.Dialect.Through("executions_waiting")} join jobs j on j.id = e.job_id
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

    /// <param name="mine">Take them in hand, passing over what another transaction has; else only look.</param>
    private static Task<List<Candidate>> CandidatesAsync(SqlSession sql, Claim claim, HashSet<string> full, HashSet<string> fullJobs, int limit,
        bool mine = true) => sql.ReadAsync(
        $"""
         select e.id, e.task, e.job_id, t.concurrency, j.parallelism, j.active, j.serial
         from executions e{sql.Dialect.Through("executions_queue")} join jobs j on j.id = e.job_id join tasks t on t.name = e.task
         where e.status = 'queued' and e.ready = 1 and t.paused = 0
           and not ({sql.Dialect.In("e.task", "@full")}) and not ({sql.Dialect.In("e.job_id", "@jobs")})
           and (j.expires_at is null or j.expires_at > @now)
           and (j.serial = 0 or not exists (select 1 from executions o where o.job_id = e.job_id and o.number < e.number and o.finished_at is null))
         order by e.priority desc, e.place, e.seq limit @limit{(mine ? sql.Dialect.SkipLocked("e, j") : "")}
         """,
        r => new Candidate(r.Text(0), r.Text(1), r.Text(2), r.Whole(3), r.Whole(4), r.Number(5), r.Flag(6)),
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
                change.Miss(JobSignals.Work);
                return false;
            }

            var active = await sql.NumberAsync(
                $"select count(*) from executions{sql.Dialect.Through("executions_active")} where task = @task and {ExecutionTable.IsActive}", ("task", candidate.Task));
            room[candidate.Task] = left = most - active;
        }

        return left > 0;
    }

    /// <param name="first">How much room there is before the first is taken.</param>
    private static bool TakeRoom(Dictionary<string, long> rooms, string job, long first)
    {
        var left = rooms.GetValueOrDefault(job, first);
        rooms[job] = left - 1;
        return left > 0;
    }

    /// <summary>As many statements for many as for one.</summary>
    private static async Task<IEnumerable<ClaimedExecution>> GiveAsync(Change change, List<Candidate> chosen, Claim claim)
    {
        var sql = change.Sql;
        var ids = chosen.ConvertAll(c => c.Id);
        await sql.RunAsync(
            $"update executions set status = 'starting', node = @node, token = token + 1 where {sql.Dialect.In("id", "@ids")}",
            ("node", claim.NodeId), ("ids", ids.ToArray()));
        await sql.RunAsync(
            $"""
             update jobs
             set active = (select count(*) from executions e where e.job_id = jobs.id and e.finished_at is null and e.{ExecutionTable.IsActive}),
                 status = 'running', modified_at = @now
             where {sql.Dialect.In("id", "@ids")}
             """,
            ("now", claim.Now), ("ids", chosen.Select(c => c.Job).Distinct(StringComparer.Ordinal).ToArray()));
        var given = await sql.ReadAsync(
            $"select {Columns} from executions e join jobs j on j.id = e.job_id where {sql.Dialect.In("e.id", "@ids")}", Read, ("ids", ids.ToArray()));
        var places = ids.Select((id, place) => (id, place)).ToDictionary(p => p.id, p => p.place, StringComparer.Ordinal);
        return given.OrderBy(g => places[g.Execution.Id]);
    }

    private sealed record Candidate(string Id, string Task, string Job, long? Concurrency, long? Parallelism, long Active, bool Serial);
}
