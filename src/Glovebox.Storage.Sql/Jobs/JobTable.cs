using System.Text.Json;
using Glovebox.Api;
using Glovebox.Api.Jobs;

namespace Glovebox.Storage.Sql.Jobs;

/// <summary>The table of jobs.</summary>
internal static class JobTable
{
    /// <summary>What <see cref="Read"/> wants.</summary>
    public const string All =
        "j.id, j.task, j.status, j.created_at, j.modified_at, j.finished_at, j.request_address, j.stopped, j.total, j.open, j.succeeded, j.failed, "
        + "j.version, j.paused, j.next_at, j.last_at, j.ticks, j.skipped, j.schedule, j.spec";

    private const string State =
        """
        id, task, status, modified_at, finished_at, stopped, total, open, active, succeeded, failed, worst, version, paused, next_at, last_at,
        ticks, skipped, case when cron is null then 0 else 1 end, tells, key
        """;

    private static readonly string[] Columns =
    [
        "id", "task", "status", "created_at", "modified_at", "finished_at", "request_address", "stopped", "total", "open", "active", "succeeded",
        "failed", "worst", "version", "paused", "next_at", "last_at", "ticks", "skipped", "priority", "serial", "parallelism", "expires_at",
        "tells", "key", "image", "environment", "cron", "metadata", "command", "schedule", "spec",
    ];

    public static Job Read(SqlRow row)
    {
        var schedule = row.TextOrNull(18) is { } text ? JsonSerializer.Deserialize(text, JobsJson.Default.Schedule) : null;
        return new Job
        {
            Id = row.Text(0),
            Task = row.Text(1),
            Status = Wire.JobOf(row.Text(2)),
            CreatedAt = row.Time(3),
            ModifiedAt = row.Time(4),
            FinishedAt = row.TimeOrNull(5),
            RequestAddress = row.TextOrNull(6),
            Stopped = row.Flag(7),
            Executions = new JobCounts((int)row.Number(8), (int)row.Number(9), (int)row.Number(10), (int)row.Number(11)),
            Version = row.Number(12),
            Schedule = schedule is null
                ? null
                : schedule with { Paused = row.Flag(13), NextAt = row.TimeOrNull(14), LastAt = row.TimeOrNull(15),
                    Ticks = row.Number(16), Skipped = row.Number(17) },
            Spec = ReadSpec(row.Text(0), row.Text(19)),
        };
    }

    public static JobSpec ReadSpec(string job, string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, JobsJson.Default.JobSpec)!;
        }
        catch (JsonException error)
        {
            throw RefusalException.Unable($"the record of job {job} is damaged ({error.Message}); restore the database from a backup");
        }
    }

    public static Task<Job?> FindAsync(SqlSession sql, string id) =>
        sql.FirstAsync($"select {All} from jobs j where j.id = @id", Read, ("id", id));

    /// <summary>Takes a job in hand: nobody else changes it until the transaction ends.</summary>
    public static Task<JobRow?> LockAsync(SqlSession sql, string id) =>
        sql.FirstAsync($"select {State} from jobs where id = @id{sql.Dialect.ForUpdate}", ReadState, ("id", id));

    /// <param name="executions">How many wait from the start.</param>
    public static Task AddAsync(SqlSession sql, Job job, JobDefinition definition, long executions)
    {
        object?[] row =
        [
            job.Id, job.Task, Wire.Of(job.Status), job.CreatedAt, job.ModifiedAt, job.FinishedAt, job.RequestAddress, job.Stopped, executions, executions,
            0L, 0L, 0L, 0L, job.Version, job.Schedule?.Paused ?? false, job.Schedule?.NextAt, job.Schedule?.LastAt, job.Schedule?.Ticks ?? 0,
            job.Schedule?.Skipped ?? 0, .. definition.Columns.Select(pair => pair.Value),
        ];
        return SqlInsert.RunAsync(sql, "jobs", Columns, [row]);
    }

    /// <summary>Gives a job another definition; its state is <see cref="WriteAsync"/>'s.</summary>
    public static Task RedefineAsync(SqlSession sql, Job job, JobDefinition definition) => sql.RunAsync(
        $"update jobs set request_address = @address, {string.Join(", ", definition.Columns.Select(p => $"{p.Name} = @{p.Name}"))} where id = @id",
        [("address", job.RequestAddress), .. definition.Columns, ("id", job.Id)]);

    public static Task WriteAsync(SqlSession sql, JobRow row) => sql.RunAsync(
        """
        update jobs
        set status = @status, modified_at = @modified, finished_at = @finished, stopped = @stopped, total = @total, open = @open, active = @active,
            succeeded = @succeeded, failed = @failed, worst = @worst, version = @version, paused = @paused, next_at = @next, last_at = @last,
            ticks = @ticks, skipped = @skipped
        where id = @id
        """,
        ("status", Wire.Of(row.Status)), ("modified", row.ModifiedAt), ("finished", row.FinishedAt), ("stopped", row.Stopped), ("total", row.Total),
        ("open", row.Open), ("active", row.Active), ("succeeded", row.Succeeded), ("failed", row.Failed), ("worst", row.Worst),
        ("version", row.Version), ("paused", row.Paused), ("next", row.NextAt), ("last", row.LastAt), ("ticks", row.Ticks), ("skipped", row.Skipped),
        ("id", row.Id));

    private static JobRow ReadState(SqlRow row) => new()
    {
        Id = row.Text(0),
        Task = row.Text(1),
        Status = Wire.JobOf(row.Text(2)),
        ModifiedAt = row.Time(3),
        FinishedAt = row.TimeOrNull(4),
        Stopped = row.Flag(5),
        Total = row.Number(6),
        Open = row.Number(7),
        Active = row.Number(8),
        Succeeded = row.Number(9),
        Failed = row.Number(10),
        Worst = row.Number(11),
        Version = row.Number(12),
        Paused = row.Flag(13),
        NextAt = row.TimeOrNull(14),
        LastAt = row.TimeOrNull(15),
        Ticks = row.Number(16),
        Skipped = row.Number(17),
        Scheduled = row.Flag(18),
        Tells = row.Flag(19),
        Key = row.TextOrNull(20),
    };
}
