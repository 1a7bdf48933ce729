using Glovebox.Jobs.Logs;
using Glovebox.Jobs.Stores;

namespace Glovebox.Jobs;

/// <summary>
/// Forgets, once a minute, what nobody keeps any more: finished jobs beyond their task's retention with their logs, and old events, idempotency
/// keys and deliveries.
/// </summary>
/// <param name="warn">Gets a line for whoever runs the server.</param>
public sealed class Retention(IJobStore store, IExecutionLogs logs, TimeProvider time, Action<string> warn)
{
    private const int Batch = 500;

    /// <summary>How long events, idempotency keys and settled deliveries are kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>Works until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var outages = new Outages("retention", warn, time);
        while (true)
        {
            await outages.TryAsync(() => RoundAsync(cancellation), cancellation);
            await Task.Delay(Pause, time, cancellation);
        }
    }

    /// <returns>How many executions were forgotten.</returns>
    internal async Task<int> RoundAsync(CancellationToken cancellation)
    {
        var forgotten = 0;
        while (await store.RemoveOutdatedAsync(time.GetUtcNow(), Batch, cancellation) is { Count: > 0 } executions)
        {
            logs.Remove(executions);
            forgotten += executions.Count;
        }

        await store.TrimAsync(time.GetUtcNow() - Kept, cancellation);
        return forgotten;
    }
}
