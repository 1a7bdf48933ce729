using Glovebox.Api;
using Glovebox.Jobs.Retrying;
using Glovebox.Jobs.Stores;

namespace Glovebox.Jobs.Deliveries;

/// <summary>Accepts a call of a function: once under one id, however often it is asked.</summary>
public delegate Task CallAcceptance(string function, string id, ReadOnlyMemory<byte> parameters, CancellationToken cancellation);

/// <summary>
/// Tells the outside of ends, at least once each: notices become deliveries, deliveries are sent, some at a time, until they arrive or their
/// retries are used up. Any number of loops may share a store.
/// </summary>
/// <param name="warn">Gets a line for whoever runs the server.</param>
/// <param name="functions">Null for a server without functions.</param>
public sealed class OutboxLoop(
    IOutbox outbox, ISchedules schedules, IExecutionQueue queue, DeliverySettings settings, TimeProvider time, Random random, Action<string> warn,
    CallAcceptance? functions = null)
{
    private const int MostNotices = 100;
    private const int MostAtOnce = 16;
    private const double FirstDelay = 5;
    private const double LongestDelay = 3600;

    /// <summary>Longer than any attempt takes: a loop that died with some loses them to another after this.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>Works until it is cancelled; what is being sent then is sent again later.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var webhooks = new WebhookSender(settings.Secret, time);
        using var signals = SignalWait.Of(queue, JobSignals.Deliveries | JobSignals.Times, time);
        var mails = new MailSender(settings.Mail, time);
        var outages = new Outages("outbox", warn, time);
        var sending = new HashSet<Task>();
        try
        {
            while (true)
            {
                sending.RemoveWhere(task => task.IsCompletedSuccessfully);
                if (sending.FirstOrDefault(task => task.IsCompleted) is { } broken) await broken;
                var round = await outages.TryAsync(() => RoundAsync(MostAtOnce - sending.Count, cancellation), cancellation);
                if (round is null) continue;
                foreach (var due in round.Deliveries) sending.Add(Wake(SendAsync(due)));
                // A full hand waits for a place; each that is sent wakes the loop.
                if (!round.More || sending.Count == MostAtOnce) await signals.WaitAsync(round.NextAt, cancellation);
            }
        }
        finally
        {
            await Task.WhenAll(sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        async Task Wake(Task sent)
        {
            await sent.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            signals.Wake();
            await sent;
        }

        async Task SendAsync(DueDelivery due)
        {
            var delivery = due.Delivery;
            var attempt = delivery.Kind switch
            {
                Announcements.Mail => await mails.SendAsync(delivery, cancellation),
                Announcements.Call => await CallAsync(delivery, cancellation),
                _ => await webhooks.SendAsync(delivery, cancellation),
            };
            var now = time.GetUtcNow();
            var again = attempt.Error is not null && attempt.Repeat && due.Attempts < delivery.Retries;
            DateTimeOffset? nextAt = again ? now + Backoff.Delay(FirstDelay, 2, LongestDelay, 0.2, due.Attempts, random) : null;
            await new Outages("outbox", warn, time).TryAsync(async () =>
            {
                await outbox.RecordAttemptAsync(delivery.Id, attempt.Code, attempt.Error, nextAt, now, cancellation);
                return true;
            }, cancellation);
        }
    }

    private async Task<Attempt> CallAsync(NewDelivery delivery, CancellationToken cancellation)
    {
        if (functions is null) return new Attempt(null, "this server serves no functions", Repeat: false);
        try
        {
            await functions(delivery.Target, delivery.Id, System.Text.Encoding.UTF8.GetBytes(delivery.Body), cancellation);
            return new Attempt(null, null);
        }
        catch (RefusalException refusal)
        {
            return new Attempt(null, refusal.Message);
        }
    }

    private async Task<Round> RoundAsync(int places, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var notices = await outbox.TakeNoticesAsync(MostNotices, Lease, now, cancellation);
        foreach (var notice in notices) await outbox.ExpandAsync(notice.Execution.Id, Announcements.Of(notice, now), now, cancellation);
        var deliveries = places > 0 ? await outbox.TakeDeliveriesAsync(places, Lease, now, cancellation) : [];
        var more = notices.Count == MostNotices || (places > 0 && deliveries.Count == places);
        return new Round(deliveries, more, more ? null : await schedules.NextDueAsync(now, cancellation));
    }

    /// <param name="More">More may be due already.</param>
    private sealed record Round(IReadOnlyList<DueDelivery> Deliveries, bool More, DateTimeOffset? NextAt);
}
