namespace Glovebox.Storage.Sql;

/// <summary>Adds many rows with few statements.</summary>
internal static class SqlInsert
{
    private const int Rows = 50;

    /// <param name="first">What stands for the first column: a parameter <c>@n</c> in it is the row's first value.</param>
    public static async Task RunAsync(SqlSession sql, string table, string[] columns, IReadOnlyList<object?[]> rows, string first = "@n")
    {
        foreach (var part in rows.Chunk(Rows))
        {
            var texts = part.Select((_, row) =>
                $"({string.Join(", ", columns.Select((_, column) => column == 0 ? first.Replace("@n", Name(row, 0), StringComparison.Ordinal) : Name(row, column)))})");
            await sql.RunAsync(
                $"insert into {table} ({string.Join(", ", columns)}) values {string.Join(", ", texts)}",
                [.. part.SelectMany((values, row) => values.Select((value, column) => (Name(row, column)[1..], value)))]);
        }
    }

    private static string Name(int row, int column) => $"@v{row}_{column}";
}
