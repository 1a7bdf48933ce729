using Glovebox.Api.Jobs;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Jobs;

/// <summary>Jobs as a table, one a line.</summary>
internal static class JobTable
{
    private const int StatusColumn = 2;

    public static void Write(Screen screen, IReadOnlyList<Job> jobs, DateTimeOffset now)
    {
        var table = new Table(
            new Column("ID"), new Column("TASK", Elastic: true), new Column("STATUS"), new Column("COMMAND", Elastic: true), new Column("IMAGE", Elastic: true),
            new Column("RUNS", Right: true), new Column("CREATED"), new Column("NEXT"));
        foreach (var job in jobs)
        {
            table.Add(
                job.Id, job.Task, job.Status.Word(), Printable.Command(job.Spec.Command), job.Spec.Image ?? job.Spec.Environment ?? "",
                $"{job.Executions.Total}", Units.Age(job.CreatedAt, now), Next(job));
        }

        var style = screen.OutStyle;
        table.Write(screen.Out, screen.OutputWidth, style, (row, column, cell) => column == StatusColumn ? Paint(jobs[row].Status, cell, style) : cell);
    }

    public static string Paint(JobState state, string cell, Style style) => state switch
    {
        JobState.Succeeded => style.Good(cell),
        JobState.Failed or JobState.TimedOut or JobState.Lost or JobState.Expired => style.Bad(cell),
        _ => style.Note(cell),
    };

    private static string Next(Job job) => job.Schedule is { Paused: true } ? "paused"
        : (job.Schedule?.NextAt ?? (job.Status == JobState.Scheduled ? job.Spec.StartAt : null)) is { } next ? Units.Time(next) : "";
}
