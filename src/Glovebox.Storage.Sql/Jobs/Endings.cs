using System.Text.Json;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Stores;

namespace Glovebox.Storage.Sql.Jobs;

/// <summary>Executions that end for good, and whom their job tells.</summary>
internal static class Endings
{
    /// <summary>Ends an execution of a job in hand; the caller settles the job.</summary>
    public static async Task EndAsync(Change change, JobRow job, JobExecution execution, DateTimeOffset now)
    {
        await ExecutionTable.WriteAsync(change.Sql, execution);
        if (execution.Retried) job.Open--;
        else job.Count(execution.Status);
        change.Tell("execution.finished", now, execution);
        change.Signal(JobSignals.Work);
    }

    /// <summary>Ends what waits of a job in hand.</summary>
    /// <param name="only">This one alone; null for all.</param>
    public static async Task<List<JobExecution>> EndWaitingAsync(Change change, JobRow job, ExecutionState end, DateTimeOffset now, string? only = null)
    {
        var waiting = await change.Sql.ReadAsync(
            $"select {ExecutionTable.All} from executions e where e.job_id = @job and e.finished_at is null and e.status = 'queued'{(only is null ? "" : " and e.id = @only")} order by e.number{change.Sql.Dialect.ForUpdate}",
            ExecutionTable.Read, only is null ? [("job", job.Id)] : [("job", job.Id), ("only", only)]);
        for (var i = 0; i < waiting.Count; i++)
        {
            waiting[i] = waiting[i] with
            {
                Status = end,
                FailureClass = end == ExecutionState.Cancelled ? FailureClass.Cancelled : null,
                FinishedAt = now,
                CancelRequestedAt = end == ExecutionState.Cancelled ? now : waiting[i].CancelRequestedAt,
            };
            await EndAsync(change, job, waiting[i], now);
        }

        return waiting;
    }

    /// <summary>Asks for the end of what runs of a job in hand.</summary>
    public static async Task CancelRunningAsync(Change change, JobRow job, DateTimeOffset now)
    {
        if (job.Active == 0) return;
        await change.Sql.RunAsync(
            $"update executions set cancel_at = @now where job_id = @job and finished_at is null and {ExecutionTable.IsActive} and cancel_at is null",
            ("now", now), ("job", job.Id));
        change.Signal(JobSignals.Cancel);
    }

    /// <summary>Leaves notices of ended executions, as the records stand now: the job may be gone before they are sent.</summary>
    public static async Task NoticeAsync(Change change, JobRow job, IReadOnlyCollection<JobExecution> ended, DateTimeOffset now)
    {
        if (!job.Tells || ended.Count == 0) return;
        var text = JsonSerializer.Serialize((await JobTable.FindAsync(change.Sql, job.Id))!, JobsJson.Default.Job);
        foreach (var execution in ended)
            await change.Sql.RunAsync(
                "insert into notices (execution_id, job, execution, due_at) values (@id, @job, @execution, @now) on conflict do nothing",
                ("id", execution.Id), ("job", text), ("execution", JsonSerializer.Serialize(execution, JobsJson.Default.JobExecution)), ("now", now));
        change.Signal(JobSignals.Deliveries);
    }
}
