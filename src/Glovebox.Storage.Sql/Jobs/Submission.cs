using Glovebox.Api;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Stores;

namespace Glovebox.Storage.Sql.Jobs;

/// <summary>Adds a job, or finds the one that stands for it.</summary>
internal static class Submission
{
    public static async Task<SubmittedJob> SubmitAsync(Change change, NewJob added, JobDefinition definition)
    {
        var (sql, job) = (change.Sql, added.Job);
        if (added.IdempotencyKey is { } word && await RepeatedAsync(sql, word, added) is { } repeated) return repeated;
        var existing = await JobTable.LockAsync(sql, job.Id);
        if (existing is not null && existing.Task != job.Task)
            throw RefusalException.Conflict($"job {job.Id} belongs to task '{existing.Task}'; take another id");
        if (added.Version is { } wanted && wanted != existing?.Version)
        {
            throw RefusalException.Conflict(existing is null
                ? $"there is no job {job.Id}, and version {wanted} of it was to be changed"
                : $"job {job.Id} has version {existing.Version} by now, not {wanted}; read it again");
        }
        if (await SameKeyAsync(sql, job) is { } same && (same != job.Id || !added.Replace)) return await FoundAsync(change, same, added);
        if (existing is not null && !added.Replace) throw RefusalException.Conflict($"there is a job {job.Id} already; replace it or take another id");
        await TaskTable.EnsureAsync(change, job.Task, job.CreatedAt);
        if (existing is null) return await AddAsync(change, added, definition);
        var first = await ReplaceAsync(change, existing, added, definition);
        return new SubmittedJob((await JobTable.FindAsync(sql, job.Id))!, job.Schedule is null ? first : null, Created: false);
    }

    private static async Task<SubmittedJob> AddAsync(Change change, NewJob added, JobDefinition definition)
    {
        var job = added.Job;
        var row = new JobRow { Id = job.Id, Task = job.Task, Status = job.Status };
        change.Tell("job.submitted", job.CreatedAt, row);
        change.Count(job.Task, 1);
        var executions = await ExecutionTable.AddAsync(change, row, added.Executions.Select(e => e.Execution), job.CreatedAt);
        await JobTable.AddAsync(change.Sql, job, definition, row.Total);
        if (job.Schedule?.NextAt is not null || job.Spec.ExpiresAt is not null) change.Signal(JobSignals.Times);
        return new SubmittedJob(
            job with { Executions = new JobCounts((int)row.Total, (int)row.Open, 0, 0) },
            job.Schedule is null ? executions.FirstOrDefault() : null, Created: true);
    }

    private static async Task<JobExecution?> ReplaceAsync(Change change, JobRow old, NewJob added, JobDefinition definition)
    {
        var now = added.Job.ModifiedAt;
        var dropped = await Endings.EndWaitingAsync(change, old, Api.Execution.ExecutionState.Cancelled, now);
        await Endings.NoticeAsync(change, old, dropped, now);
        await JobTable.RedefineAsync(change.Sql, added.Job, definition);
        var row = (await JobTable.LockAsync(change.Sql, old.Id))!;
        (row.Total, row.Open, row.Active, row.Succeeded, row.Failed) = (old.Total, old.Open, old.Active, old.Succeeded, old.Failed);
        // How the old definition's executions ended is not how the new one does.
        (row.Worst, row.Stopped, row.Version) = (0, false, old.Version + 1);
        var schedule = added.Job.Schedule;
        (row.Paused, row.NextAt, row.LastAt, row.Ticks, row.Skipped) =
            (schedule?.Paused ?? false, schedule?.NextAt, schedule?.LastAt, schedule?.Ticks ?? 0, schedule?.Skipped ?? 0);
        var executions = await ExecutionTable.AddAsync(change, row, added.Executions.Select(e => e.Execution), now);
        await ExecutionTable.SettleAsync(change, row, now);
        change.Tell("job.changed", now, row);
        change.Signal(JobSignals.Times | JobSignals.Work);
        return executions.FirstOrDefault();
    }

    /// <summary>What an earlier submit with this idempotency key led to; null when this is the first, which is noted.</summary>
    private static async Task<SubmittedJob?> RepeatedAsync(SqlSession sql, string key, NewJob added)
    {
        const string Add =
            "insert into idempotency (key, fingerprint, job_id, created_at) values (@key, @fingerprint, @job, @now) on conflict do nothing";
        (string, object?)[] row = [("key", key), ("fingerprint", added.Fingerprint), ("job", added.Job.Id), ("now", added.Job.CreatedAt)];
        if (await sql.RunAsync(Add, row) > 0) return null;
        var (fingerprint, id) = await sql.FirstAsync(
            $"select fingerprint, job_id from idempotency where key = @key{sql.Dialect.ForUpdate}", r => (r.Text(0), r.Text(1)), ("key", key));
        if (id is not null && await JobTable.FindAsync(sql, id) is { } job)
        {
            if (fingerprint != added.Fingerprint)
                throw RefusalException.Conflict($"the idempotency key '{key}' was used for another request (job {job.Id}); take a new key for a new request");
            return new SubmittedJob(job, await FirstOfAsync(sql, job), Created: false);
        }

        // Its job was removed since.
        await sql.RunAsync("delete from idempotency where key = @key", ("key", key));
        await sql.RunAsync(Add, row);
        return null;
    }

    private static Task<string?> SameKeyAsync(SqlSession sql, Job job) => job.Spec.Key is null
        ? Task.FromResult<string?>(null)
        : sql.FirstAsync(
            $"select id from jobs where task = @task and key = @key and key is not null and finished_at is null{sql.Dialect.ForUpdate}",
            r => r.Text(0), ("task", job.Task), ("key", job.Spec.Key));

    private static async Task<SubmittedJob> FoundAsync(Change change, string id, NewJob added)
    {
        if (added.Replace && id != added.Job.Id)
            throw RefusalException.Conflict(
                $"job {id} of task '{added.Job.Task}' has the key '{added.Job.Spec.Key}' and is not finished; cancel it or take another key");
        if (added.IdempotencyKey is { } word) await change.Sql.RunAsync("update idempotency set job_id = @id where key = @key", ("id", id), ("key", word));
        var job = (await JobTable.FindAsync(change.Sql, id))!;
        return new SubmittedJob(job, await FirstOfAsync(change.Sql, job), Created: false);
    }

    private static async Task<JobExecution?> FirstOfAsync(SqlSession sql, Job job) => job.Schedule is not null
        ? null
        : await sql.FirstAsync(
            $"select {ExecutionTable.All} from executions e where e.job_id = @id order by e.number limit 1", ExecutionTable.Read, ("id", job.Id));
}
