using System.Collections.Concurrent;

namespace Glovebox.Storage.Sql;

/// <summary>Adds many rows with few statements.</summary>
internal static class SqlInsert
{
    // Written anew each time, the text would cost more than the statement.
    private static readonly ConcurrentDictionary<(string[] Columns, int Rows, string First), (string Text, string[] Names)> Texts = new();

    /// <param name="columns">The same array each time: the texts are kept by it.</param>
    /// <param name="first">What stands for the first column: a parameter <c>@n</c> in it is the row's first value.</param>
    public static async Task RunAsync(SqlSession sql, string table, string[] columns, IReadOnlyList<object?[]> rows, string first = "@n")
    {
        foreach (var part in rows.Chunk(sql.Dialect.InsertRows))
        {
            var (text, names) = Texts.GetOrAdd((columns, part.Length, first), key => Write(table, key.Columns, key.Rows, key.First));
            var values = new (string, object?)[names.Length];
            for (var i = 0; i < names.Length; i++) values[i] = (names[i], part[i / columns.Length][i % columns.Length]);
            await sql.WriteAsync(text, values);
        }
    }

    private static (string Text, string[] Names) Write(string table, string[] columns, int rows, string first)
    {
        var texts = Enumerable.Range(0, rows).Select(row =>
            $"({string.Join(", ", columns.Select((_, column) => column == 0 ? first.Replace("@n", Name(row, 0), StringComparison.Ordinal) : Name(row, column)))})");
        return (
            $"insert into {table} ({string.Join(", ", columns)}) values {string.Join(", ", texts)}",
            [.. Enumerable.Range(0, rows).SelectMany(row => columns.Select((_, column) => Name(row, column)))]);
    }

    private static string Name(int row, int column) => $"@v{row}_{column}";
}
