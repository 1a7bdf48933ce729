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
        Bind = Bind,
        Json = Json,
        Path = path => path.ToArray(),
        EventId = $"(pg_current_xact_id()::text::bigint << {EventBits}) + @n",
        Settled = $"id < (pg_snapshot_xmin(pg_current_snapshot())::text::bigint << {EventBits})",
        TryLock = $"select case when pg_try_advisory_xact_lock({Space}, hashtext(@word)) then 1::bigint else 0::bigint end",
        Lock = $"select pg_advisory_xact_lock({Space}, hashtext(@word))",
    };

    private static object Bind(object? value) => value switch
    {
        null => DBNull.Value,
        DateTimeOffset time => time.ToUnixTimeMilliseconds(),
        bool flag => flag ? 1L : 0L,
        _ => value,
    };

    /// <summary>A document that holds the character 0 can be kept but not looked into: the database has no text with it.</summary>
    private static string Json(string column, string path, JsonKind kind)
    {
        var value = $"{column}::json #>> {path}";
        var type = $"json_typeof({column}::json #> {path})";
        return kind switch
        {
            JsonKind.Number => $"case when {Whole(column)} then case when {type} = 'number' then ({value})::float8 end end",
            JsonKind.Truth => $"case when {Whole(column)} then case when {type} = 'boolean' then case when {value} = 'true' then 1 else 0 end end end",
            _ => $"case when {Whole(column)} then {value} end",
        };
    }

    private static string Whole(string column) => $"strpos({column}, '\\u0000') = 0";
}
