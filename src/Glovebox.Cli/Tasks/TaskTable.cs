using Glovebox.Api.Jobs;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Tasks;

/// <summary>Tasks as a table, one a line.</summary>
internal static class TaskTable
{
    public static void Write(Screen screen, IReadOnlyList<JobTask> tasks)
    {
        var table = new Table(
            new Column("TASK", Elastic: true), new Column("JOBS", Right: true), new Column("AT ONCE", Right: true), new Column("KEPT", Right: true), new Column("KEPT FOR", Right: true),
            new Column("STATE"));
        foreach (var task in tasks)
        {
            var rules = task.Definition;
            table.Add(
                task.Name, $"{task.Jobs}", $"{rules.Concurrency}", $"{rules.KeepFinished}", rules.KeepSeconds is { } seconds ? Units.Duration(seconds) : "",
                rules.Paused ? "paused" : "");
        }

        table.Write(screen.Out, screen.OutputWidth, screen.OutStyle);
    }
}
