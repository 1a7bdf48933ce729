using Glovebox.Api.Jobs;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Jobs;

/// <summary>The queue at a glance.</summary>
internal static class TopTable
{
    public static void Write(Screen screen, QueueStatus status, DateTimeOffset now)
    {
        var (output, style) = (screen.Out, screen.OutStyle);
        var oldest = status.OldestQueuedSeconds is { } seconds ? $", the oldest for {Units.Duration(seconds)}" : "";
        output.WriteLine($"{style.Bold($"{status.Queued} queued")}{oldest}; {status.Running} running; {status.Delayed} waiting for their time");
        output.WriteLine($"last minute: {status.FinishedLastMinute} finished, {status.FailedLastMinute} of them failed; {status.PendingDeliveries} deliveries pending");
        var next = status.NextDueAt is { } due ? $", next at {Units.Time(due)}" : "";
        output.WriteLine($"{status.Jobs} jobs of {status.Tasks} tasks; {status.Schedules} schedules{next}");
        Nodes(screen, status, now);
        Resources(screen, status);
        Tasks(screen, status);
    }

    private static void Nodes(Screen screen, QueueStatus status, DateTimeOffset now)
    {
        var table = new Table(new Column("NODE"), new Column("URL", Elastic: true), new Column("RUNNING", Right: true), new Column("SLOTS", Right: true), new Column("STATE"), new Column("SINCE"));
        foreach (var node in status.Nodes)
            table.Add(node.Id, node.Url ?? "", $"{node.Running}", $"{node.Slots}", node.Alive ? node.Draining ? "draining" : "alive" : "dead", Units.Age(node.StartedAt, now));
        Print(screen, table, status.Nodes.Count);
    }

    private static void Resources(Screen screen, QueueStatus status)
    {
        var table = new Table(new Column("RESOURCE"), new Column("BACKEND"), new Column("RUNNING", Right: true), new Column("MOST", Right: true), new Column("STATE"), new Column("ERROR", Elastic: true));
        foreach (var resource in status.Resources)
            table.Add(resource.Name, resource.Backend, $"{resource.Running}", $"{resource.MaxRunning}", State(resource), resource.Error ?? "");
        Print(screen, table, status.Resources.Count);
    }

    private static void Tasks(Screen screen, QueueStatus status)
    {
        var table = new Table(new Column("TASK", Elastic: true), new Column("WAITING", Right: true), new Column("RUNNING", Right: true));
        foreach (var task in status.ByTask) table.Add(task.Task, $"{task.Queued}", $"{task.Running}");
        Print(screen, table, status.ByTask.Count);
    }

    private static string State(ResourceStatus resource) =>
        resource.Drained ? "drained" : !resource.Available ? "away" : resource.Circuit == "closed" ? "ready" : $"circuit {resource.Circuit}";

    private static void Print(Screen screen, Table table, int rows)
    {
        if (rows == 0) return;
        screen.Out.WriteLine();
        table.Write(screen.Out, screen.OutputWidth, screen.OutStyle);
    }
}
