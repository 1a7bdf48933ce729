using Glovebox.Api.Jobs;
using Glovebox.Jobs.Stores;

namespace Glovebox.Tests.Jobs.Deliveries;

/// <summary>An outbox that says when an attempt has been noted.</summary>
internal sealed class WatchedOutbox(IOutbox outbox) : IOutbox
{
    private TaskCompletionSource _noted = New();

    /// <summary>Completes with the next attempt that is noted after this is asked for.</summary>
    public Task Noted => Volatile.Read(ref _noted).Task;

    public Task<IReadOnlyList<Notice>> TakeNoticesAsync(int limit, TimeSpan lease, DateTimeOffset now, CancellationToken cancellation) =>
        outbox.TakeNoticesAsync(limit, lease, now, cancellation);

    public Task ExpandAsync(string executionId, IReadOnlyList<NewDelivery> deliveries, DateTimeOffset now, CancellationToken cancellation) =>
        outbox.ExpandAsync(executionId, deliveries, now, cancellation);

    public Task<IReadOnlyList<DueDelivery>> TakeDeliveriesAsync(int limit, TimeSpan lease, DateTimeOffset now, CancellationToken cancellation) =>
        outbox.TakeDeliveriesAsync(limit, lease, now, cancellation);

    public async Task RecordAttemptAsync(
        string deliveryId, int? code, string? error, DateTimeOffset? nextAt, DateTimeOffset now, CancellationToken cancellation)
    {
        await outbox.RecordAttemptAsync(deliveryId, code, error, nextAt, now, cancellation);
        Interlocked.Exchange(ref _noted, New()).SetResult();
    }

    public Task<IReadOnlyList<Delivery>> ListAsync(string executionId, CancellationToken cancellation) => outbox.ListAsync(executionId, cancellation);

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
