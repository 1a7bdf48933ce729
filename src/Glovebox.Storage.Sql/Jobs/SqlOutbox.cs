using Glovebox.Api.Jobs;
using Glovebox.Jobs.Stores;

namespace Glovebox.Storage.Sql.Jobs;

/// <summary>What must be told to the outside.</summary>
public sealed class SqlOutbox(IJobDatabase database) : IOutbox
{
    public Task<IReadOnlyList<Notice>> TakeNoticesAsync(int limit, TimeSpan lease, DateTimeOffset now, CancellationToken cancellation) =>
        database.ChangeAsync(change => Outbox.TakeNoticesAsync(change, limit, lease, now), cancellation);

    public Task ExpandAsync(string executionId, IReadOnlyList<NewDelivery> deliveries, DateTimeOffset now, CancellationToken cancellation) =>
        database.ChangeAsync(change => Outbox.ExpandAsync(change, executionId, deliveries, now), cancellation);

    public Task<IReadOnlyList<DueDelivery>> TakeDeliveriesAsync(int limit, TimeSpan lease, DateTimeOffset now, CancellationToken cancellation) =>
        database.ChangeAsync(change => Outbox.TakeDeliveriesAsync(change, limit, lease, now), cancellation);

    public Task RecordAttemptAsync(
        string deliveryId, int? code, string? error, DateTimeOffset? nextAt, DateTimeOffset now, CancellationToken cancellation) =>
        database.ChangeAsync(change => Outbox.RecordAsync(change, deliveryId, code, error, nextAt, now), cancellation);

    public async Task<IReadOnlyList<Delivery>> ListAsync(string executionId, CancellationToken cancellation) =>
        await database.ReadAsync(sql => Outbox.ListAsync(sql, executionId), cancellation);
}
