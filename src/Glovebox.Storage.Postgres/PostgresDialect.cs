using Glovebox.Storage.Sql;

namespace Glovebox.Storage.Postgres;

/// <summary>PostgreSQL's way: rows are locked, those that others hold are passed over, and the limits that cross rows have advisory locks.</summary>
internal static class PostgresDialect
{
    /// <summary>Sets our advisory locks apart from those of other programs in the same database.</summary>
    private const int Space = 0x676C6F76;

    private const int EventBits = 20;

    public static readonly SqlDialect Value = new()
    {
        ForUpdate = " for update",
        SkipLocked = tables => $" for update of {tables} skip locked",
        In = (column, list) => $"{column} = any({list})",
        Holds = (text, part) => $"strpos({text}, {part}) > 0",
        // In the other collations lower(…) takes twice as long as all else of a search.
        HoldsAnyCase = (text, part) => $"strpos(lower({text} collate \"C\"), {part}) > 0",
        Bind = Bind,
        Json = Json,
        Path = path => path.ToArray(),
        EventId = $"(pg_current_xact_id()::text::bigint << {EventBits}) + @n",
        Settled = $"id < (pg_snapshot_xmin(pg_current_snapshot())::text::bigint << {EventBits})",
        TryLock = $"select case when pg_try_advisory_xact_lock({Space}, hashtext(@word)) then 1::bigint else 0::bigint end",
        Shard = "pg_backend_pid()",
        Merge = """
            with gone as (delete from job_counts where shard <> 0 returning task, jobs)
            insert into job_counts (task, shard, jobs) select task, 0, cast(sum(jobs) as bigint) from gone group by task order by task
            on conflict (task, shard) do update set jobs = job_counts.jobs + excluded.jobs
            """,
        Lock = $"select pg_advisory_xact_lock({Space}, hashtext(@word))",
    };

    private static object Bind(object? value) => value switch
    {
        null => DBNull.Value,
        DateTimeOffset time => time.ToUnixTimeMilliseconds(),
        bool flag => flag ? 1L : 0L,
        _ => value,
    };

    /// <summary>A document may hold the character 0, which no text of this database can; it is looked into as if that were the sign for "unknown".</summary>
    private static string Json(string column, string path, JsonKind kind)
    {
        var document = $"replace({column}, '\\u0000', '\\ufffd')::json";
        var (value, type) = ($"{document} #>> {path}", $"json_typeof({document} #> {path})");
        return kind switch
        {
            JsonKind.Number => $"case when {type} = 'number' then ({value})::float8 end",
            JsonKind.Truth => $"case when {type} = 'boolean' then case when {value} = 'true' then 1 else 0 end end",
            _ => $"({value})",
        };
    }
}
