using Glovebox.Api.Jobs;
using Glovebox.Jobs.Stores;

namespace Glovebox.Storage.Sql.Jobs;

/// <summary>Schedules.</summary>
public sealed class SqlSchedules(IJobDatabase database) : ISchedules
{
    public async Task<IReadOnlyList<Job>> ListDueAsync(DateTimeOffset now, int limit, CancellationToken cancellation) => await database.ReadAsync(
        sql => sql.ReadAsync(
            $"select {JobTable.All} from jobs j where j.next_at <= @now and j.paused = 0 order by j.next_at, j.seq limit @limit", JobTable.Read,
            ("now", now), ("limit", (long)limit)),
        cancellation);

    public Task<bool> FireAsync(Firing firing, CancellationToken cancellation) =>
        database.ChangeAsync(change => Ticks.FireAsync(change, firing), cancellation);

    public Task<Job?> SetPausedAsync(string jobId, bool paused, DateTimeOffset? nextAt, DateTimeOffset now, CancellationToken cancellation) =>
        database.ChangeAsync(change => Ticks.SetPausedAsync(change, jobId, paused, nextAt, now), cancellation);

    public Task<DateTimeOffset?> NextDueAsync(DateTimeOffset now, CancellationToken cancellation) =>
        database.ReadAsync(sql => Ticks.NextDueAsync(sql, now), cancellation);

    public Task<int> ExpireAsync(DateTimeOffset now, CancellationToken cancellation) =>
        database.ChangeAsync(change => Ticks.ExpireAsync(change, now), cancellation);
}
