using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Stores;

namespace Glovebox.Storage.Sql.Jobs;

/// <summary>Ends, removes and revives jobs as their users ask.</summary>
internal static class Cancellation
{
    public static async Task<Job?> CancelJobAsync(Change change, string id, DateTimeOffset now)
    {
        if (await JobTable.LockAsync(change.Sql, id) is not { } job) return null;
        if (job.Finished) return await JobTable.FindAsync(change.Sql, id);
        job.Stopped = true;
        job.NextAt = null;
        var ended = await Endings.EndWaitingAsync(change, job, ExecutionState.Cancelled, now);
        await Endings.CancelRunningAsync(change, job, now);
        await ExecutionTable.SettleAsync(change, job, now);
        change.Tell("job.cancelled", now, job);
        await Endings.NoticeAsync(change, job, ended, now);
        return await JobTable.FindAsync(change.Sql, id);
    }

    public static async Task<JobExecution?> CancelExecutionAsync(Change change, string id, DateTimeOffset now)
    {
        if (await JobOfAsync(change.Sql, id) is not { } jobId || await JobTable.LockAsync(change.Sql, jobId) is not { } job) return null;
        var execution = (await ExecutionTable.FindAsync(change.Sql, id))!;
        if (execution.Status == ExecutionState.Queued)
        {
            var ended = await Endings.EndWaitingAsync(change, job, ExecutionState.Cancelled, now, id);
            await ExecutionTable.SettleAsync(change, job, now);
            await Endings.NoticeAsync(change, job, ended, now);
        }
        else if (execution.FinishedAt is null && execution.CancelRequestedAt is null)
        {
            await change.Sql.RunAsync("update executions set cancel_at = @now where id = @id", ("now", now), ("id", id));
            change.Signal(JobSignals.Cancel);
        }

        return await ExecutionTable.FindAsync(change.Sql, id);
    }

    public static async Task<JobExecution?> AddExecutionAsync(Change change, NewExecution added, bool revive, DateTimeOffset now)
    {
        var sql = change.Sql;
        if (await JobTable.LockAsync(sql, added.Execution.JobId) is not { } job || (job.Stopped && !revive)) return null;
        if (job is { Finished: true, Key: { } key } && await sql.FirstAsync(
            "select id from jobs where task = @task and key = @key and key is not null and finished_at is null", r => r.Text(0),
            ("task", job.Task), ("key", key)) is { } other)
            throw RefusalException.Conflict($"job {other} has the key '{key}' and is not finished; cancel it before job {job.Id} goes on");
        job.Stopped = false;
        if (added.Execution.RetryOf is { } repeated) await RetiredAsync(change, job, repeated);
        var execution = (await ExecutionTable.AddAsync(change, job, [added.Execution], now))[0];
        await ExecutionTable.SettleAsync(change, job, now);
        return execution;
    }

    public static async Task<IReadOnlyList<string>?> RemoveAsync(Change change, string id, DateTimeOffset? now = null)
    {
        var sql = change.Sql;
        if (await JobTable.LockAsync(sql, id) is not { } job) return null;
        if (!job.Finished) throw RefusalException.Conflict($"job {id} is {Wire.Of(job.Status)}; cancel it first");
        var executions = await sql.ReadAsync("select id from executions where job_id = @id order by number", r => r.Text(0), ("id", id));
        await sql.RunAsync("delete from executions where job_id = @id", ("id", id));
        await sql.RunAsync("delete from jobs where id = @id", ("id", id));
        change.Count(job.Task, -1);
        change.Tell("job.removed", now ?? job.ModifiedAt, job.Task, id);
        return executions;
    }

    public static async Task<IReadOnlyList<string>> RemoveOutdatedAsync(Change change, DateTimeOffset now, int limit)
    {
        var tasks = await change.Sql.ReadAsync(
            "select name, keep_finished, keep_seconds from tasks where keep_finished is not null or keep_seconds is not null",
            r => (Name: r.Text(0), Count: r.Whole(1), Seconds: r.Real(2)));
        var removed = new List<string>();
        var left = limit;
        foreach (var (name, count, seconds) in tasks)
        {
            if (left == 0) break;
            // The longest kept time reaches back before the calendar.
            var before = seconds is { } s && s < (now - DateTimeOffset.UnixEpoch).TotalSeconds ? now.AddSeconds(-s) : DateTimeOffset.UnixEpoch;
            var outdated = await change.Sql.ReadAsync(
                """
                select id from jobs where task = @task and finished_at is not null and finished_at < @before
                union
                select id from (select id from jobs where task = @task and finished_at is not null and @keep >= 0
                                order by finished_at desc, seq desc limit @most offset @skip) beyond
                limit @left
                """,
                r => r.Text(0), ("task", name), ("before", before), ("keep", count ?? -1), ("most", (long)left), ("skip", count ?? 0), ("left", (long)left));
            left -= outdated.Count;
            // In one order everywhere, so that two of these do not wait for each other.
            foreach (var id in outdated.Order(StringComparer.Ordinal))
                if (await JobTable.LockAsync(change.Sql, id) is { Finished: true }) removed.AddRange(await RemoveAsync(change, id, now) ?? []);
        }

        return removed;
    }

    public static Task<string?> JobOfAsync(SqlSession sql, string execution) =>
        sql.FirstAsync("select job_id from executions where id = @id", r => r.Text(0), ("id", execution));

    /// <summary>An ended execution that is repeated counts no longer as one of its job's ends.</summary>
    private static async Task RetiredAsync(Change change, JobRow job, string id)
    {
        if (await ExecutionTable.FindAsync(change.Sql, id) is not { Retried: false } old || old.JobId != job.Id) return;
        await change.Sql.RunAsync("update executions set retried = 1 where id = @id", ("id", id));
        // One that goes on is cancelled by whoever repeats it, and counts when it ends.
        if (old.FinishedAt is null) return;
        if (old.Status == ExecutionState.Succeeded) job.Succeeded--;
        else job.Failed--;
        var ends = await change.Sql.ReadAsync(
            "select distinct status from executions where job_id = @id and finished_at is not null and retried = 0", r => r.Text(0), ("id", job.Id));
        job.Worst = ends.Select(end => JobRow.SeverityOf(Wire.ExecutionOf(end))).DefaultIfEmpty(0).Max();
    }
}
