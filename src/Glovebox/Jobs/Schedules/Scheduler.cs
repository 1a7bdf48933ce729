using Glovebox.Api;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Stores;

namespace Glovebox.Jobs.Schedules;

/// <summary>
/// Fires schedules when they are due and ends what has expired. Any number of schedulers may share a store: each tick is handled once, by
/// whoever comes first. Between two due moments it sleeps.
/// </summary>
/// <param name="warn">Gets a line for whoever runs the server.</param>
public sealed class Scheduler(ISchedules schedules, IExecutionQueue queue, TimeProvider time, Action<string> warn)
{
    private const int Batch = 100;

    /// <summary>A schedule that cannot be read (its time zone is gone) is looked at again after this time.</summary>
    private static readonly TimeSpan Setback = TimeSpan.FromMinutes(1);

    /// <summary>Works until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var signals = SignalWait.Of(queue, JobSignals.Times, time);
        var outages = new Outages("scheduler", warn, time);
        while (true)
        {
            var round = await outages.TryAsync(() => RoundAsync(cancellation), cancellation);
            // After an outage the next round follows at once: the wait was the outage's.
            if (round is { } done) await signals.WaitAsync(done.NextAt, cancellation);
        }
    }

    /// <summary>Does what is due.</summary>
    /// <returns>When to come again.</returns>
    internal async Task<Round> RoundAsync(CancellationToken cancellation)
    {
        var broken = new HashSet<string>(StringComparer.Ordinal);
        // What is due next is asked from the moment on for which what is due was listed: nothing can fall between the two.
        DateTimeOffset now;
        while (true)
        {
            now = time.GetUtcNow();
            var due = await schedules.ListDueAsync(now, Batch + broken.Count, cancellation);
            var whole = due.Where(job => !broken.Contains(job.Id)).ToList();
            foreach (var job in whole) await FireAsync(job, now, broken, cancellation);
            // After a full batch, or ticks beyond one firing's, more may be due.
            if (whole.Count == 0) break;
        }

        while (await schedules.ExpireAsync(now, cancellation) > 0)
        {
            // It ends some at a time.
        }

        var next = await schedules.NextDueAsync(now, cancellation);
        return new Round(broken.Count > 0 && !(next < now + Setback) ? now + Setback : next);
    }

    private async Task FireAsync(Job job, DateTimeOffset now, HashSet<string> broken, CancellationToken cancellation)
    {
        Firing? firing;
        try
        {
            firing = Ticks.Due(job, now);
        }
        catch (RefusalException e)
        {
            broken.Add(job.Id);
            warn($"schedule of job {job.Id}: {e.Message}");
            return;
        }

        if (firing is null) return;
        await schedules.FireAsync(firing, cancellation);
    }

    /// <param name="NextAt">Null when nothing is to come.</param>
    internal sealed record Round(DateTimeOffset? NextAt);
}
