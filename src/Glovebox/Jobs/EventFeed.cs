using System.Runtime.CompilerServices;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Stores;

namespace Glovebox.Jobs;

/// <summary>Events as they come: read when the store says that there are some.</summary>
internal static class EventFeed
{
    private const int Batch = 500;

    /// <param name="after">Null for only what is new.</param>
    public static async IAsyncEnumerable<JobEvent> ReadAsync(
        IJobStore store, IExecutionQueue queue, TimeProvider time, long? after, string? task, string? jobId,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        // Listening comes first: what is committed between a reading and the wait ends the wait.
        using var signals = SignalWait.Of(queue, JobSignals.Events, time);
        var last = after ?? await store.LastEventAsync(cancellation);
        while (true)
        {
            var events = await store.ReadEventsAsync(last, Batch, cancellation);
            foreach (var happened in events)
            {
                last = happened.Id;
                if ((task is null || happened.Task == task) && (jobId is null || happened.JobId == jobId)) yield return happened;
            }

            if (events.Count < Batch) await signals.WaitAsync(null, cancellation);
        }
    }
}
