using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Stores;

namespace Glovebox.Jobs.Schedules;

/// <summary>Which ticks of a schedule are due, and what becomes of them.</summary>
public static class Ticks
{
    /// <summary>Executions of one firing; what is due beyond them follows in the next.</summary>
    public const int MostRun = 1000;

    /// <summary>Ticks of one firing, those left out included.</summary>
    private const int MostHandled = 50_000;

    private const int MostPreviewed = 1000;

    /// <summary>A tick that is no older is on time, and runs whatever the catch-up policy: a busy scheduler loses none.</summary>
    public static readonly TimeSpan OnTime = TimeSpan.FromMinutes(1);

    /// <summary>The next times of an expression.</summary>
    /// <param name="count">1 to 1000.</param>
    public static IReadOnlyList<DateTimeOffset> Preview(string cron, string? timeZone, DateTimeOffset from, int count)
    {
        if (count is < 1 or > MostPreviewed) throw RefusalException.Bad($"count: {count} is not between 1 and {MostPreviewed}");
        var schedule = Cron.Parse(cron, timeZone);
        var times = new List<DateTimeOffset>(count);
        for (var next = schedule.Next(from); next is { } tick && times.Count < count; next = schedule.Next(tick)) times.Add(tick);
        return times;
    }

    /// <summary>The first tick of a new schedule.</summary>
    public static DateTimeOffset? First(JobSpec spec, DateTimeOffset now) => Until(Cron.Parse(spec.Cron!, spec.TimeZone).Next(now), spec.ExpiresAt);

    /// <summary>Handles what is due.</summary>
    /// <param name="job">With a schedule.</param>
    /// <returns>Null when nothing is due.</returns>
    public static Firing? Due(Job job, DateTimeOffset now)
    {
        if (job.Schedule is not { NextAt: { } expected } schedule || expected > now) return null;
        var cron = Cron.Parse(schedule.Cron, schedule.TimeZone);
        var run = new List<DateTimeOffset>();
        var left = 0;
        DateTimeOffset? next = expected;
        var last = expected;
        for (; next <= now && run.Count < MostRun && left < MostHandled; next = cron.Next(last))
        {
            last = next.Value;
            if (job.Spec.ExpiresAt <= now)
            {
                left++;
            }
            else if (schedule.CatchUp == CatchUpPolicy.All || last > now - OnTime)
            {
                run.Add(last);
            }
            else
            {
                left++;
            }
        }

        if (schedule.CatchUp == CatchUpPolicy.Last && run.Count == 0 && left > 0 && !(next <= now) && !(job.Spec.ExpiresAt <= now))
        {
            run.Add(last);
            left--;
        }

        return new Firing(
            job.Id, job.Version, expected, Until(next, job.Spec.ExpiresAt), last, [.. run.Select(tick => new NewExecution(Queued.Of(job, now) with { Tick = tick }))], left, now);
    }

    /// <summary>Where a paused schedule goes on.</summary>
    public static DateTimeOffset? Resumed(Job job, DateTimeOffset now) => job.Schedule switch
    {
        { NextAt: { } next, CatchUp: CatchUpPolicy.None } schedule when next <= now =>
            Until(Cron.Parse(schedule.Cron, schedule.TimeZone).Next(now), job.Spec.ExpiresAt),
        var schedule => schedule?.NextAt,
    };

    private static DateTimeOffset? Until(DateTimeOffset? tick, DateTimeOffset? expiry) => tick >= expiry ? null : tick;
}
