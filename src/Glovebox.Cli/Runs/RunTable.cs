using System.Text.Json.Nodes;
using Glovebox.Api.Execution;
using Glovebox.Api.Runs;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Runs;

/// <summary>Runs as a table, one a line.</summary>
internal static class RunTable
{
    private const int StatusColumn = 1;

    public static void Write(Screen screen, IReadOnlyList<Run> runs, DateTimeOffset now)
    {
        var table = new Table(
            new Column("ID"), new Column("STATUS"), new Column("COMMAND", Elastic: true), new Column("ENV"), new Column("STARTED"),
            new Column("TIME", Right: true), new Column("PARAMS", Elastic: true), new Column("METRICS", Elastic: true), new Column("TAGS", Elastic: true));
        foreach (var run in runs)
        {
            table.Add(
                run.Id, RunSummary.Word(run.Status), Printable.Command(run.Command), run.Environment.Name, Units.Age(run.StartedAt, now),
                run.DurationSeconds is { } seconds ? Units.Duration(seconds) : "", Brief(run.Params), Brief(run.Metrics), string.Join(",", run.Tags));
        }

        var style = screen.OutStyle;
        table.Write(screen.Out, screen.OutputWidth, style, (row, column, cell) => column == StatusColumn ? Paint(runs[row].Status, cell, style) : cell);
    }

    /// <summary><c>C=0.5 epochs=10</c>; nothing deeper than one level is worth a line here.</summary>
    internal static string Brief(JsonObject values) =>
        string.Join(' ', values.Select(pair => $"{pair.Key}={(pair.Value is JsonObject or JsonArray ? "…" : Value(pair.Value))}"));

    private static string Value(JsonNode? value) => value is JsonValue scalar && scalar.TryGetValue(out double number) ? Shorter(number) : value?.ToString() ?? "null";

    private static string Shorter(double number) => number.ToString("G5");

    private static string Paint(ExecutionState state, string cell, Style style) => state switch
    {
        ExecutionState.Succeeded => style.Good(cell),
        ExecutionState.Failed or ExecutionState.TimedOut or ExecutionState.Lost or ExecutionState.Expired => style.Bad(cell),
        _ => style.Note(cell),
    };
}
