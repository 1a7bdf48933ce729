using Glovebox.Api.Jobs;

namespace Glovebox.Storage.Sql.Jobs;

/// <summary>Events, in the order of commits.</summary>
internal static class Events
{
    /// <returns>Held: there are later ones, which wait for a transaction that began before them.</returns>
    public static async Task<(IReadOnlyList<JobEvent> Found, bool Held)> ReadAsync(SqlSession sql, long after, int limit)
    {
        var found = await sql.ReadAsync(
            $"select id, kind, at, task, job_id, execution_id, status from events where id > @after and {sql.Dialect.Settled} order by id limit @limit",
            r => new JobEvent(r.Number(0), r.Text(1), r.Time(2), r.TextOrNull(3), r.TextOrNull(4), r.TextOrNull(5), r.TextOrNull(6)),
            ("after", after), ("limit", (long)limit));
        var last = found.Count == 0 ? after : found[^1].Id;
        var held = found.Count < limit && await sql.NumberAsync("select max(id) from events") > last;
        return (found, held);
    }
}
