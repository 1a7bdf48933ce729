using Glovebox.Api.Jobs;
using Glovebox.Jobs.Stores;

namespace Glovebox.Storage.Sql.Jobs;

/// <summary>The queue in numbers.</summary>
internal static class Counts
{
    public static async Task<QueueCounts> ReadAsync(SqlSession sql, DateTimeOffset now)
    {
        var whole = (await sql.ReadAsync(
            $"""
             select (select count(*) from tasks),
                    (select cast(coalesce(sum(jobs), 0) as bigint) from job_counts),
                    q.ready, q.later,
                    (select count(*) from executions where {ExecutionTable.IsActive}),
                    q.oldest, m.ended, m.failed,
                    (select count(*) from jobs where next_at is not null),
                    (select count(*) from notices) + (select count(*) from deliveries where status = 'pending')
             from (select count(case when available_at <= @now then 1 end) as ready, count(case when available_at > @now then 1 end) as later,
                          min(case when available_at <= @now then available_at end) as oldest
                   from executions where status = 'queued') q,
                  (select count(*) as ended, count(case when status <> 'succeeded' then 1 end) as failed
                   from executions where finished_at is not null and finished_at > @minute and finished_at <= @now) m
             """,
            r => new QueueCounts(
                r.Number(0), r.Number(1), r.Number(2), r.Number(3), r.Number(4), r.TimeOrNull(5), r.Number(6), r.Number(7), r.Number(8), r.Number(9),
                new Dictionary<string, int>(), []),
            ("now", now), ("minute", now.AddMinutes(-1))))[0];
        var resources = await sql.ReadAsync(
            $"select resource, count(*) from executions where {ExecutionTable.IsActive} and resource is not null group by resource",
            r => (Name: r.Text(0), Count: (int)r.Number(1)));
        var tasks = await sql.ReadAsync(
            """
            select task, cast(sum(case when status = 'queued' then 1 else 0 end) as bigint), cast(sum(case when status = 'queued' then 0 else 1 end) as bigint)
            from executions where status in ('queued', 'starting', 'running') group by task order by task
            """,
            r => new TaskStatusCounts(r.Text(0), r.Number(1), r.Number(2)));
        return whole with { RunningByResource = resources.ToDictionary(r => r.Name, r => r.Count, StringComparer.Ordinal), ByTask = tasks };
    }
}
