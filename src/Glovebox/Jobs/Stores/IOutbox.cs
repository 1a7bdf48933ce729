using Glovebox.Api.Jobs;

namespace Glovebox.Jobs.Stores;

/// <summary>
/// What must be told to the outside: at least once each. A notice (an execution of a job that tells somebody has ended for good) becomes
/// deliveries, one for each target; a delivery is repeated until it arrives or its retries are used up. Part of the job store.
/// </summary>
public interface IOutbox
{
    /// <summary>Takes notices for a while: whoever took them and died loses them to the next after <paramref name="lease"/>.</summary>
    Task<IReadOnlyList<Notice>> TakeNoticesAsync(int limit, TimeSpan lease, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Replaces a notice by its deliveries, in one step. Nothing when it was replaced before.</summary>
    Task ExpandAsync(string executionId, IReadOnlyList<NewDelivery> deliveries, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Takes deliveries that are due, as <see cref="TakeNoticesAsync"/>.</summary>
    Task<IReadOnlyList<DueDelivery>> TakeDeliveriesAsync(int limit, TimeSpan lease, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Notes an attempt.</summary>
    /// <param name="nextAt">When to try again; null when it is over: delivered, or failed when <paramref name="error"/> is set.</param>
    Task RecordAttemptAsync(string deliveryId, int? code, string? error, DateTimeOffset? nextAt, DateTimeOffset now, CancellationToken cancellation);

    Task<IReadOnlyList<Delivery>> ListAsync(string executionId, CancellationToken cancellation);
}

/// <summary>An execution that ended for good.</summary>
public sealed record Notice(Job Job, JobExecution Execution);

/// <summary>One target of a notice.</summary>
/// <param name="On"><c>succeeds</c>, <c>fails</c> or <c>finishes</c>.</param>
/// <param name="Body">What is sent, as it is sent.</param>
/// <param name="Retries">After the first attempt.</param>
public sealed record NewDelivery(
    string Id, string JobId, string ExecutionId, string Kind, string Target, string On, IReadOnlyDictionary<string, string> Headers,
    string Body, int Retries);

/// <summary>A delivery whose time has come.</summary>
/// <param name="Attempts">Made before this one.</param>
public sealed record DueDelivery(NewDelivery Delivery, int Attempts);
