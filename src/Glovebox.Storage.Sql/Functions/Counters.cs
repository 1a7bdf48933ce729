namespace Glovebox.Storage.Sql.Functions;

/// <summary>Numbers that are given out once.</summary>
internal static class Counters
{
    /// <summary>1, then 2, and so on.</summary>
    public static Task<long> NextAsync(SqlSession sql, string name) => sql.NumberAsync(
        "insert into counters (name, value) values (@name, 1) on conflict (name) do update set value = counters.value + 1 returning value", ("name", name));
}
