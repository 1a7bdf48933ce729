using System.Text;
using Glovebox.Api.Execution;
using Glovebox.Api.Runs;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Runs;

/// <summary>One line on standard error after a run, and a further one only where something needs to be known or done.</summary>
internal static class RunSummary
{
    public static void Write(Screen screen, Run run) => screen.Tell(Text(run, screen.ErrorStyle));

    internal static string Text(Run run, Style style)
    {
        var prefix = style.Dim("glovebox:");
        var text = new StringBuilder($"{prefix} run {style.Bold(run.Id)} {Outcome(run, style)}");
        if (run.DurationSeconds is { } seconds) text.Append($" in {Units.Duration(seconds)}");
        if (run.Usage?.PeakMemoryBytes is { } peak) text.Append($", peak memory {Units.Size(peak)}");
        text.Append($", {Units.Count(run.Outputs.Count, "output")}{(run.Outputs.Count > 0 && !run.Applied ? " not applied" : "")}\n");
        if (run.Error is { } error) text.Append($"{prefix} {error}\n");
        if (run.Outputs.Count > 0 && !run.Applied)
            text.Append($"{prefix} the tree is as it was; get the outputs: glovebox runs outputs {run.Id} --to DIR\n");
        if (run.NotApplied.Count > 0)
            text.Append($"{prefix} {style.Note("left alone")}, because the tree holds other work there: {string.Join(", ", run.NotApplied.Select(Printable.Line))}\n");
        return text.ToString();
    }

    /// <summary>The state, and why, in a few words.</summary>
    public static string Outcome(Run run, Style style) => run.Status switch
    {
        ExecutionState.Succeeded => style.Good("succeeded"),
        ExecutionState.Failed => style.Bad($"failed ({Reason(run)})"),
        ExecutionState.TimedOut => style.Bad("timed out"),
        ExecutionState.Cancelled => style.Note("cancelled"),
        ExecutionState.Lost => style.Bad("lost"),
        ExecutionState.Expired => style.Bad("expired"),
        var state => style.Note(Word(state)),
    };

    private static string Reason(Run run) => run.FailureClass switch
    {
        FailureClass.OutOfMemory => "out of memory",
        FailureClass.OutOfDisk => "out of disk",
        FailureClass.Start => "could not start",
        FailureClass.MissingOutput => "missing output",
        _ => run.ExitCode is > 128 and { } code ? $"exit code {code}, signal {code - 128}" : $"exit code {run.ExitCode}",
    };

    /// <summary>The state's word, as in JSON and as <c>--status</c> takes it.</summary>
    public static string Word(ExecutionState state) => state == ExecutionState.TimedOut ? "timed_out" : state.ToString().ToLowerInvariant();
}
