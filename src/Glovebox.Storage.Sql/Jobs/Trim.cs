namespace Glovebox.Storage.Sql.Jobs;

/// <summary>Forgets what is too old to matter.</summary>
internal static class Trim
{
    private const int Some = 5000;

    public static async Task<bool> RunAsync(Change change, DateTimeOffset before)
    {
        (string Table, string Key, string Which)[] old =
        [
            ("events", "id", "at < @before"),
            ("idempotency", "key", "created_at < @before"),
            ("deliveries", "id", "status <> 'pending' and last_at < @before"),
        ];
        foreach (var (table, key, which) in old)
            await change.Sql.RunAsync(
                $"delete from {table} where {key} in (select {key} from {table} where {which} order by {key} limit {Some})", ("before", before));
        if (change.Sql.Dialect.Merge is { } merge) await change.Sql.RunAsync(merge);
        return true;
    }
}
