using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Jobs;

/// <summary>One job for a person.</summary>
internal static class JobCard
{
    public static void Write(Screen screen, JobDetails details, DateTimeOffset now)
    {
        var (job, style, output) = (details.Job, screen.OutStyle, screen.Out);
        output.WriteLine($"{style.Bold(job.Id)}  {JobTable.Paint(job.Status, job.Status.Word(), style)}");
        foreach (var (name, value) in Lines(job, now))
            if (value.Length > 0) output.WriteLine($"  {style.Dim(name.PadRight(11))} {Printable.Line(value)}");
        if (details.Executions.Count == 0) return;
        output.WriteLine();
        Executions(job, details.Executions, now).Write(output, screen.OutputWidth, style);
    }

    private static IEnumerable<(string Name, string Value)> Lines(Job job, DateTimeOffset now)
    {
        var spec = job.Spec;
        yield return ("task", job.Task);
        yield return ("command", Printable.Command(spec.Command));
        yield return ("image", spec.Image ?? spec.Environment ?? "");
        yield return ("variables", string.Join(' ', spec.Variables.Select(pair => $"{pair.Key}={pair.Value}")));
        yield return ("created", $"{Units.Time(job.CreatedAt)} ({Units.Age(job.CreatedAt, now)}){(job.RequestAddress is { } from ? $" by {from}" : "")}");
        yield return ("start", spec.StartAt is { } start ? Units.Time(start) : "");
        yield return ("schedule", job.Schedule is { } schedule ? Schedule(schedule) : "");
        yield return ("next", job.Schedule?.NextAt is { } next ? Units.Time(next) : "");
        yield return ("expires", spec.ExpiresAt is { } expires ? Units.Time(expires) : "");
        yield return ("retries", spec.Retry.Limit > 0 ? $"{spec.Retry.Limit}" : "");
        yield return ("timeout", spec.Limits.TimeoutSeconds is { } seconds ? Units.Duration(seconds) : "");
        yield return ("memory", spec.Limits.MemoryBytes is { } memory ? Units.Size(memory) : "");
        yield return ("priority", spec.Priority == 0 ? "" : $"{spec.Priority}");
        yield return ("key", spec.Key ?? "");
        yield return ("metadata", spec.Metadata.Count == 0 ? "" : Runs.RunTable.Brief(spec.Metadata));
        yield return ("executions", Counts(job.Executions));
    }

    private static string Schedule(Schedule schedule) =>
        $"{schedule.Cron} ({schedule.TimeZone}){(schedule.Paused ? ", paused" : "")}, {schedule.Ticks} ticks, {schedule.Skipped} skipped";

    private static string Counts(JobCounts counts)
    {
        var retried = counts.Total - counts.Open - counts.Succeeded - counts.Failed;
        (int Count, string What)[] parts = [(counts.Open, "open"), (counts.Succeeded, "succeeded"), (counts.Failed, "failed"), (retried, "retried")];
        return $"{counts.Total}: {string.Join(", ", parts.Where(part => part.Count > 0).Select(part => $"{part.Count} {part.What}"))}";
    }

    private static Table Executions(Job job, IReadOnlyList<JobExecution> executions, DateTimeOffset now)
    {
        var isOfMany = job.Spec.Array is not null || job.Schedule is not null;
        Column[] of = isOfMany ? [new Column("OF", Elastic: true)] : [];
        var table = new Table([
            new Column("EXECUTION"), new Column("NO", Right: true), .. of, new Column("STATUS"), new Column("WHY", Elastic: true), new Column("WHERE"),
            new Column("STARTED"), new Column("TIME", Right: true),
        ]);
        foreach (var execution in executions)
        {
            string[] part = isOfMany ? [Part(job, execution)] : [];
            table.Add([
                execution.Id, $"{execution.Number}", .. part, execution.Phase ?? execution.Status.Word(), Why(execution), execution.Resource ?? "",
                execution.StartedAt is { } started ? Units.Age(started, now) : "", execution.DurationSeconds is { } seconds ? Units.Duration(seconds) : "",
            ]);
        }

        return table;
    }

    /// <summary>Which tick, or which of an array: its number, or its values.</summary>
    private static string Part(Job job, JobExecution execution)
    {
        if (execution.Tick is { } tick) return Units.Time(tick);
        if (job.Spec.Array is not { } array || execution.ArrayPosition is not { } position) return "";
        var values = array.ValuesAt(position);
        return array.Batch is { } batch ? string.Join(' ', batch.Select(parameter => $"{parameter.Name}={values[parameter.Name]}")) : values["index"];
    }

    /// <summary>Why an execution did not succeed, in a few words.</summary>
    public static string Why(JobExecution execution) => execution switch
    {
        { Error: { } error } => error,
        { FailureClass: FailureClass.ExitCode } => $"exit code {execution.ExitCode}",
        { FailureClass: FailureClass.OutOfMemory } => "out of memory",
        { FailureClass: FailureClass.OutOfDisk } => "out of disk",
        { FailureClass: FailureClass.Start } => "could not start",
        { FailureClass: FailureClass.MissingOutput } => "missing output",
        _ => "",
    };
}
