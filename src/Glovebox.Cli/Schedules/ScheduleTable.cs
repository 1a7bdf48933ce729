using Glovebox.Api.Jobs;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Schedules;

/// <summary>Schedules as a table, one a line.</summary>
internal static class ScheduleTable
{
    public static void Write(Screen screen, IReadOnlyList<Job> jobs)
    {
        var table = new Table(
            new Column("ID"), new Column("TASK", Elastic: true), new Column("CRON"), new Column("ZONE"), new Column("NEXT"), new Column("LAST"),
            new Column("TICKS", Right: true), new Column("SKIPPED", Right: true), new Column("OVERLAP"), new Column("CATCH-UP"));
        foreach (var job in jobs)
        {
            if (job.Schedule is not { } schedule) continue;
            table.Add(
                job.Id, job.Task, schedule.Cron, schedule.TimeZone,
                schedule.Paused ? "paused" : schedule.NextAt is { } next ? Units.Time(next) : "never", schedule.LastAt is { } last ? Units.Time(last) : "",
                $"{schedule.Ticks}", $"{schedule.Skipped}", schedule.Overlap.ToString().ToLowerInvariant(), schedule.CatchUp.ToString().ToLowerInvariant());
        }

        table.Write(screen.Out, screen.OutputWidth, screen.OutStyle);
    }
}
