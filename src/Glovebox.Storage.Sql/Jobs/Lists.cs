using System.Globalization;
using Glovebox.Api;
using Glovebox.Api.Jobs;
using Glovebox.Query;
using Glovebox.Storage.Sql.Query;

namespace Glovebox.Storage.Sql.Jobs;

/// <summary>Lists in pages. A cursor is the place of the last item, so that what comes or goes meanwhile moves nothing.</summary>
internal static class Lists
{
    public static async Task<Page<Job>> JobsAsync(SqlSession sql, JobFilter filter, Condition? where)
    {
        var parameters = new SqlParameters();
        var text = $"select {JobTable.All}, j.seq from jobs j where {Before("j", filter.Cursor, parameters)}";
        if (filter.Task is { } task) text += $" and j.task = {parameters.Add(task)}";
        if (filter.Status is { } status) text += $" and j.status = {parameters.Add(Wire.Of(status))}";
        if (filter.Scheduled is { } scheduled) text += scheduled ? " and j.cron is not null" : " and j.cron is null";
        if (where is not null) text += $" and {new ConditionSql(parameters, new JobCondition(sql.Dialect).Write).Write(where)}";
        text += $" order by j.seq desc limit {parameters.Add((long)filter.Limit + 1)}";
        return PageOf(await sql.ReadAsync(text, r => (JobTable.Read(r), Cursor(r.Number(20))), parameters.Values), filter.Limit);
    }

    public static async Task<Page<JobExecution>> ExecutionsAsync(SqlSession sql, ExecutionFilter filter)
    {
        var parameters = new SqlParameters();
        var text = $"select {ExecutionTable.All}, e.seq from executions e where {Before("e", filter.Cursor, parameters)}";
        if (filter.JobId is { } job) text += $" and e.job_id = {parameters.Add(job)}";
        if (filter.Task is { } task) text += $" and e.task = {parameters.Add(task)}";
        if (filter.Status is { } status) text += $" and e.status = {parameters.Add(status)}";
        text += $" order by e.seq desc limit {parameters.Add((long)filter.Limit + 1)}";
        return PageOf(await sql.ReadAsync(text, r => (ExecutionTable.Read(r), Cursor(r.Number(8))), parameters.Values), filter.Limit);
    }

    public static async Task<Page<JobTask>> TasksAsync(SqlSession sql, TaskFilter filter)
    {
        var parameters = new SqlParameters();
        var text = $"select {TaskTable.All} from tasks t where true";
        if (filter.Cursor is { } cursor) text += $" and t.name > {parameters.Add(cursor)}";
        if (filter.Text is { } part) text += $" and {sql.Dialect.Holds("t.search", parameters.Add(part.ToLowerInvariant()))}";
        text += $" order by t.name limit {parameters.Add((long)filter.Limit + 1)}";
        return PageOf((await sql.ReadAsync(text, TaskTable.Read, parameters.Values)).ConvertAll(t => (t, t.Name)), filter.Limit);
    }

    /// <summary>Whatever has an id that is, or else holds, a part.</summary>
    public static async Task<IReadOnlyList<T>> FindAsync<T>(SqlSession sql, string select, string id, string part, int limit, Func<SqlRow, T> read)
    {
        var exact = await sql.ReadAsync($"{select} where {id} = @part", read, ("part", part));
        return exact.Count > 0
            ? exact
            : await sql.ReadAsync($"{select} where {sql.Dialect.Holds(id, "@part")} limit @limit", read, ("part", part), ("limit", (long)limit));
    }

    private static string Before(string table, string? cursor, SqlParameters parameters)
    {
        if (cursor is null) return "true";
        return long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var place)
            ? $"{table}.seq < {parameters.Add(place)}"
            : throw RefusalException.Bad($"cursor: '{cursor}' is none; take it from the page before");
    }

    private static string Cursor(long place) => place.ToString(CultureInfo.InvariantCulture);

    private static Page<T> PageOf<T>(List<(T Item, string Cursor)> found, int limit) =>
        new([.. found.Take(limit).Select(f => f.Item)], found.Count > limit ? found[limit - 1].Cursor : null);
}
