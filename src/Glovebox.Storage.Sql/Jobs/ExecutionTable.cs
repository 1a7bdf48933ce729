using System.Text.Json;
using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Stores;

namespace Glovebox.Storage.Sql.Jobs;

/// <summary>The table of executions. The document is as it was last written whole; the columns beside it are newer.</summary>
internal static class ExecutionTable
{
    /// <summary>What <see cref="Read"/> wants.</summary>
    public const string All =
        "e.document, e.status, e.available_at, e.retried, e.phase, e.node, e.resource, e.cancel_at";

    public const string IsActive = "status in ('starting', 'running')";

    private static readonly string[] Columns =
    [
        "id", "job_id", "task", "number", "status", "priority", "available_at", "place", "ready", "finished_at", "retried", "token", "document",
    ];

    public static JobExecution Read(SqlRow row)
    {
        var text = row.Text(0);
        try
        {
            return JsonSerializer.Deserialize(text, JobsJson.Default.JobExecution)! with
            {
                Status = Wire.ExecutionOf(row.Text(1)),
                AvailableAt = row.Time(2),
                Retried = row.Flag(3),
                Phase = row.TextOrNull(4),
                Node = row.TextOrNull(5),
                Resource = row.TextOrNull(6),
                CancelRequestedAt = row.TimeOrNull(7),
            };
        }
        catch (JsonException error)
        {
            throw RefusalException.Unable($"the record of an execution is damaged ({error.Message}): {text[..Math.Min(80, text.Length)]}…; restore the database from a backup");
        }
    }

    public static Task<JobExecution?> FindAsync(SqlSession sql, string id) =>
        sql.FirstAsync($"select {All} from executions e where e.id = @id", Read, ("id", id));

    /// <summary>Adds executions that wait to a job in hand, and counts them.</summary>
    /// <returns>They, with their numbers.</returns>
    public static async Task<List<JobExecution>> AddAsync(Change change, JobRow job, IEnumerable<JobExecution> added, DateTimeOffset now)
    {
        var list = added.ToList();
        if (list.Count == 0) return list;
        for (var i = 0; i < list.Count; i++)
        {
            list[i] = list[i] with { Number = (int)++job.Total, Status = ExecutionState.Queued };
            job.Open++;
            change.Tell("execution.queued", now, list[i]);
        }

        await SqlInsert.RunAsync(change.Sql, "executions", Columns, [.. list.Select(e => Row(e, now))]);
        change.Signal(list.Exists(e => e.AvailableAt > now) ? JobSignals.Work | JobSignals.Times : JobSignals.Work);
        return list;
    }

    /// <summary>Writes an execution whole, after <see cref="Read"/> of a row in hand.</summary>
    public static Task WriteAsync(SqlSession sql, JobExecution execution) => sql.RunAsync(
        """
        update executions
        set status = @status, finished_at = @finished, retried = @retried, phase = @phase, document = @document
        where id = @id
        """,
        ("status", Wire.Of(execution.Status)), ("finished", execution.FinishedAt), ("retried", execution.Retried), ("phase", execution.Phase),
        ("document", Document(execution)), ("id", execution.Id));

    /// <summary>A job's state after its counts changed: read what they do not say, settle, write.</summary>
    public static async Task SettleAsync(Change change, JobRow job, DateTimeOffset now)
    {
        var ready = job.Active == 0 && job.Open > 0 && await change.Sql.NumberAsync(
            "select count(*) from (select 1 as one from executions where job_id = @id and finished_at is null and status = 'queued' and ready = 1 limit 1) r",
            ("id", job.Id)) > 0;
        var before = job.Finished;
        job.Settle(ready, now);
        await JobTable.WriteAsync(change.Sql, job);
        if (job.Finished && !before) change.Tell("job.finished", now, job);
    }

    private static object?[] Row(JobExecution e, DateTimeOffset now) =>
    [
        e.Id, e.JobId, e.Task, (long)e.Number, Wire.Of(e.Status), (long)e.Priority, e.AvailableAt, e.AvailableAt, e.AvailableAt <= now, null, false, 0L,
        Document(e),
    ];

    private static string Document(JobExecution execution) => JsonSerializer.Serialize(execution, JobsJson.Default.JobExecution);
}
