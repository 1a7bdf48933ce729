using System.Text.Json;
using System.Text.Json.Serialization;
using Glovebox.Storage.Sql;

namespace Glovebox.Storage.Sqlite;

/// <summary>SQLite's way: one writer at a time, so no row is locked; lists are JSON.</summary>
internal static partial class SqliteDialect
{
    public static readonly SqlDialect Value = new()
    {
        ForUpdate = "",
        SkipLocked = _ => "",
        In = (column, list) => $"{column} in (select value from json_each({list}))",
        Holds = (text, part) => $"instr({text}, {part}) > 0",
        HoldsAnyCase = (text, part) => $"instr(lower({text}), {part}) > 0",
        Through = index => $" indexed by {index}",
        Bind = Bind,
        Json = Json,
        Path = path => "$." + string.Join('.', path.Select(p => '"' + p.Replace("\"", "", StringComparison.Ordinal) + '"')),
        EventId = "nullif(@n, @n)",
        Settled = "true",
        InsertRows = 8,
    };

    private static object Bind(object? value) => value switch
    {
        null => DBNull.Value,
        DateTimeOffset time => time.ToUnixTimeMilliseconds(),
        bool flag => flag ? 1L : 0L,
        string[] list => JsonSerializer.Serialize(list, ListJson.Default.StringArray),
        _ => value,
    };

    private static string Json(string column, string path, JsonKind kind) => kind switch
    {
        JsonKind.Number => $"case when json_type({column}, {path}) in ('integer', 'real') then json_extract({column}, {path}) end",
        JsonKind.Truth => $"case when json_type({column}, {path}) in ('true', 'false') then json_extract({column}, {path}) end",
        _ => $"json_extract({column}, {path})",
    };

    [JsonSerializable(typeof(string[]))]
    private sealed partial class ListJson : JsonSerializerContext;
}
