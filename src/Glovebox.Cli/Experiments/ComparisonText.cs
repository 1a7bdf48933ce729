using System.Globalization;
using System.Text.Json.Nodes;
using Glovebox.Api.Experiments;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Experiments;

/// <summary>Runs side by side, for people and for other programs.</summary>
internal static class ComparisonText
{
    public static void Write(Screen screen, RunComparison comparison, string format)
    {
        switch (format)
        {
            case "json":
                Json.Print(screen, comparison.Runs);
                break;
            case "csv":
                Csv(screen.Out, comparison);
                break;
            case "markdown":
                Markdown(screen.Out, comparison);
                break;
            default:
                Table(screen, comparison);
                break;
        }
    }

    private static void Table(Screen screen, RunComparison comparison)
    {
        var columns = comparison.Columns.Select(name => new Column(name, Elastic: true, Right: IsNumeric(comparison, name)));
        var table = new Table([new Column("ID"), .. columns]);
        foreach (var run in comparison.Runs)
            table.Add([run.Id, .. comparison.Columns.Select(name => Short(run.Values[name], name))]);
        table.Write(screen.Out, screen.OutputWidth, screen.OutStyle);
    }

    // RFC 4180.
    private static void Csv(TextWriter output, RunComparison comparison)
    {
        output.Write(string.Join(',', comparison.Columns.Prepend("id").Select(Quoted)) + "\r\n");
        foreach (var run in comparison.Runs)
            output.Write(string.Join(',', comparison.Columns.Select(name => Plain(run.Values[name])).Prepend(run.Id).Select(Quoted)) + "\r\n");
    }

    private static string Quoted(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"")}\"";

    private static void Markdown(TextWriter output, RunComparison comparison)
    {
        output.WriteLine($"| id | {string.Join(" | ", comparison.Columns.Select(Cell))} |");
        output.WriteLine($"|---|{string.Concat(comparison.Columns.Select(name => IsNumeric(comparison, name) ? "---:|" : "---|"))}");
        foreach (var run in comparison.Runs)
            output.WriteLine($"| {run.Id} | {string.Join(" | ", comparison.Columns.Select(name => Cell(Short(run.Values[name], name))))} |");
    }

    private static string Cell(string text) => Printable.Line(text).Replace("\\", "\\\\").Replace("|", "\\|").Replace("<", "&lt;");

    private static bool IsNumeric(RunComparison comparison, string column) =>
        comparison.Runs.All(run => run.Values[column] is null || Number(run.Values[column]) is not null);

    private static string Short(JsonNode? value, string column) => Number(value) switch
    {
        null => Plain(value),
        { } seconds when column == "durationSeconds" => Units.Duration(seconds),
        { } number => number.ToString("G6", CultureInfo.InvariantCulture),
    };

    private static string Plain(JsonNode? value) => value switch
    {
        null => "",
        JsonValue scalar when scalar.TryGetValue<string>(out var text) => text,
        _ => value.ToJsonString(),
    };

    private static double? Number(JsonNode? value) =>
        value?.GetValueKind() == System.Text.Json.JsonValueKind.Number ? double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture) : null;
}
