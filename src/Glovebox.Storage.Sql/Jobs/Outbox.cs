using System.Text.Json;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Stores;

namespace Glovebox.Storage.Sql.Jobs;

/// <summary>Notices and deliveries.</summary>
internal static class Outbox
{
    private const string Columns = "id, job_id, execution_id, kind, target, cause, headers, body, retries, attempts";

    public static async Task<IReadOnlyList<Notice>> TakeNoticesAsync(Change change, int limit, TimeSpan lease, DateTimeOffset now)
    {
        var taken = await change.Sql.ReadAsync(
            $"select n.execution_id, n.job, n.execution from notices n where n.due_at <= @now order by n.due_at, n.execution_id limit @limit{change.Sql.Dialect.SkipLocked("n")}",
            r => (Id: r.Text(0), Notice: new Notice(
                JsonSerializer.Deserialize(r.Text(1), JobsJson.Default.Job)!, JsonSerializer.Deserialize(r.Text(2), JobsJson.Default.JobExecution)!)),
            ("now", now), ("limit", (long)limit));
        await change.Sql.RunAsync(
            $"update notices set due_at = @until where {change.Sql.Dialect.In("execution_id", "@ids")}",
            ("until", now + lease), ("ids", taken.Select(t => t.Id).ToArray()));
        return taken.ConvertAll(t => t.Notice);
    }

    public static async Task<bool> ExpandAsync(Change change, string execution, IReadOnlyList<NewDelivery> deliveries, DateTimeOffset now)
    {
        if (await change.Sql.RunAsync("delete from notices where execution_id = @id", ("id", execution)) == 0) return false;
        foreach (var d in deliveries)
            await change.Sql.RunAsync(
                $"""
                 insert into deliveries ({Columns}, status, next_at, due_at)
                 values (@id, @job, @execution, @kind, @target, @cause, @headers, @body, @retries, 0, 'pending', @now, @now)
                 """,
                ("id", d.Id), ("job", d.JobId), ("execution", d.ExecutionId), ("kind", d.Kind), ("target", d.Target), ("cause", d.On),
                ("headers", JsonSerializer.Serialize(d.Headers, HeadersJson.Default.IReadOnlyDictionaryStringString)), ("body", d.Body),
                ("retries", (long)d.Retries), ("now", now));
        change.Signal(JobSignals.Deliveries);
        return true;
    }

    public static async Task<IReadOnlyList<DueDelivery>> TakeDeliveriesAsync(Change change, int limit, TimeSpan lease, DateTimeOffset now)
    {
        var taken = await change.Sql.ReadAsync(
            $"select {Columns} from deliveries d where d.status = 'pending' and d.due_at <= @now order by d.due_at, d.id limit @limit{change.Sql.Dialect.SkipLocked("d")}",
            r => new DueDelivery(
                new NewDelivery(
                    r.Text(0), r.Text(1), r.Text(2), r.Text(3), r.Text(4), r.Text(5),
                    JsonSerializer.Deserialize(r.Text(6), HeadersJson.Default.IReadOnlyDictionaryStringString)!, r.Text(7), (int)r.Number(8)),
                (int)r.Number(9)),
            ("now", now), ("limit", (long)limit));
        await change.Sql.RunAsync(
            $"update deliveries set due_at = @until where {change.Sql.Dialect.In("id", "@ids")}",
            ("until", now + lease), ("ids", taken.Select(t => t.Delivery.Id).ToArray()));
        return taken;
    }

    public static async Task<bool> RecordAsync(Change change, string id, int? code, string? error, DateTimeOffset? nextAt, DateTimeOffset now)
    {
        var status = nextAt is not null ? "pending" : error is null ? "delivered" : "failed";
        var recorded = await change.Sql.RunAsync(
            """
            update deliveries
            set attempts = attempts + 1, status = @status, next_at = @next, due_at = @next, last_at = @now, last_code = @code, last_error = @error
            where id = @id and status = 'pending'
            """,
            ("status", status), ("next", nextAt), ("now", now), ("code", (long?)code), ("error", error), ("id", id)) > 0;
        if (!recorded) return false;
        if (nextAt is not null) change.Signal(JobSignals.Times);
        if (status == "failed" && (await change.Sql.ReadAsync(
            "select job_id, execution_id from deliveries where id = @id", r => (Job: r.Text(0), Execution: r.Text(1)), ("id", id))) is [var of])
            change.Tell("delivery.failed", now, null, of.Job, of.Execution);
        return true;
    }

    public static Task<List<Delivery>> ListAsync(SqlSession sql, string execution) => sql.ReadAsync(
        """
        select id, job_id, execution_id, kind, target, cause, status, attempts, next_at, last_at, last_code, last_error
        from deliveries where execution_id = @id order by id
        """,
        r => new Delivery(
            r.Text(0), r.Text(1), r.Text(2), r.Text(3), r.Text(4), r.Text(5), r.Text(6), (int)r.Number(7), r.TimeOrNull(8), r.TimeOrNull(9),
            (int?)r.Whole(10), r.TextOrNull(11)),
        ("id", execution));
}
