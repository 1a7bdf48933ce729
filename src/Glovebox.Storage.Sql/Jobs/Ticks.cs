using System.Text.Json;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Stores;

namespace Glovebox.Storage.Sql.Jobs;

/// <summary>What comes with time: ticks and expiries.</summary>
internal static class Ticks
{
    public static async Task<bool> FireAsync(Change change, Firing firing)
    {
        var sql = change.Sql;
        if (await JobTable.LockAsync(sql, firing.JobId) is not { Stopped: false, Paused: false } job) return false;
        if (job.Version != firing.Version || job.NextAt?.ToUnixTimeMilliseconds() != firing.ExpectedNextAt.ToUnixTimeMilliseconds()) return false;
        var overlap = JsonSerializer.Deserialize(
            (await sql.FirstAsync("select schedule from jobs where id = @id", r => r.Text(0), ("id", job.Id)))!, JobsJson.Default.Schedule)!.Overlap;
        (job.NextAt, job.LastAt) = (firing.NextAt, firing.LastAt);
        job.Ticks += firing.Executions.Count + firing.Left;
        job.Skipped += firing.Left;
        var dropped = new List<JobExecution>();
        foreach (var added in firing.Executions)
        {
            if (overlap == OverlapPolicy.Skip && job.Open > 0)
            {
                job.Skipped++;
                change.Tell("tick.skipped", firing.Now, job);
                continue;
            }

            if (overlap == OverlapPolicy.Replace)
            {
                dropped.AddRange(await Endings.EndWaitingAsync(change, job, ExecutionState.Cancelled, firing.Now));
                await Endings.CancelRunningAsync(change, job, firing.Now);
            }

            await ExecutionTable.AddAsync(change, job, [added.Execution], firing.Now);
        }

        await ExecutionTable.SettleAsync(change, job, firing.Now);
        await Endings.NoticeAsync(change, job, dropped, firing.Now);
        if (job.NextAt is not null) change.Signal(JobSignals.Times);
        return true;
    }

    public static async Task<Job?> SetPausedAsync(Change change, string id, bool paused, DateTimeOffset? nextAt, DateTimeOffset now)
    {
        if (await JobTable.LockAsync(change.Sql, id) is not { Scheduled: true } job) return null;
        if (job.Paused != paused && !job.Finished && !job.Stopped)
        {
            job.Paused = paused;
            if (!paused) job.NextAt = nextAt;
            await ExecutionTable.SettleAsync(change, job, now);
            change.Tell(paused ? "schedule.paused" : "schedule.resumed", now, job);
            change.Signal(JobSignals.Times);
        }

        return await JobTable.FindAsync(change.Sql, id);
    }

    public static async Task<int> ExpireAsync(Change change, DateTimeOffset now)
    {
        var count = 0;
        foreach (var id in await change.Sql.ReadAsync(
            """
            select id from (
                select id from jobs where expires_at is not null and expires_at <= @now and open > active order by expires_at limit 100) due order by id
            """,
            r => r.Text(0), ("now", now)))
        {
            if (await JobTable.LockAsync(change.Sql, id) is not { } job) continue;
            var ended = await Endings.EndWaitingAsync(change, job, ExecutionState.Expired, now);
            await ExecutionTable.SettleAsync(change, job, now);
            await Endings.NoticeAsync(change, job, ended, now);
            count += ended.Count;
        }

        return count;
    }

    // Each is the first of an index. As min(…) a database that guesses few rows adds up all of them.
    public static Task<DateTimeOffset?> NextDueAsync(SqlSession sql, DateTimeOffset now) => sql.FirstAsync(
        $"""
        select min(at) from (
            select at from (select next_at as at from jobs where next_at > @now and paused = 0 order by next_at limit 1) tick
            union all select at from (
                select available_at as at from executions{sql.Dialect.Through("executions_waiting")}
                where status = 'queued' and ready = 0 and available_at > @now order by available_at limit 1) ripe
            union all select at from (
                select expires_at as at from jobs where expires_at is not null and expires_at > @now and open > active order by expires_at limit 1) expiry
            union all select at from (select due_at as at from deliveries where status = 'pending' and due_at > @now order by due_at limit 1) delivery
            union all select at from (select due_at as at from notices where due_at > @now order by due_at limit 1) notice) times
        """,
        r => r.TimeOrNull(0), ("now", now));
}
