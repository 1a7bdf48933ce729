using System.Data.Common;

namespace Glovebox.Storage.Sql;

/// <summary>A row that is being read. Whole numbers are 64 bits, times are milliseconds since 1970-01-01 UTC.</summary>
public readonly struct SqlRow(DbDataReader reader)
{
    public string Text(int column) => reader.GetString(column);

    public string? TextOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public long? Whole(int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    public long Number(int column) => reader.GetInt64(column);

    public bool Flag(int column) => reader.GetInt64(column) != 0;

    public double? Real(int column) => reader.IsDBNull(column) ? null : reader.GetDouble(column);

    public DateTimeOffset Time(int column) => DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(column));

    public DateTimeOffset? TimeOrNull(int column) => reader.IsDBNull(column) ? null : Time(column);
}
