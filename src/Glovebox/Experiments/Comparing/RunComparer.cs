using System.Text.Json.Nodes;
using Glovebox.Api;
using Glovebox.Api.Experiments;
using Glovebox.Api.Runs;
using Glovebox.Runs.Tracking;
using Glovebox.Spelling;

namespace Glovebox.Experiments.Comparing;

/// <summary>Puts runs side by side.</summary>
internal static class RunComparer
{
    private const string Started = "startedAt", Config = "config.", Params = "params.";

    private static readonly string[] Fixed = ["status", "command", "environment", Started, "durationSeconds"];
    private static readonly string[] Groups = [Params, Config, "metrics."];

    public static RunComparison Compare(IReadOnlyList<Run> runs, string? sort, bool onlyChanged)
    {
        var rows = runs.Select(run => new ComparedRun(run.Id, ValuesOf(run))).ToList();
        var names = rows.SelectMany(row => row.Values.Select(v => v.Key)).Distinct().Order(StringComparer.Ordinal).ToList();
        string[] columns = [.. Fixed, .. Groups.SelectMany(prefix => names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)))];
        if (sort is not null) rows = Sorted(rows, sort, columns);
        // That runs began at different times tells nothing, and most of what a script says of its settings is what it was given.
        if (onlyChanged) columns = [.. columns.Where(column => column != Started && Differs(rows, column) && !RepeatsParams(rows, column))];
        return new RunComparison(columns, rows);
    }

    /// <summary>A run's values by column.</summary>
    public static JsonObject ValuesOf(Run run)
    {
        var values = new JsonObject
        {
            ["status"] = System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(run.Status.ToString()),
            ["command"] = string.Join(' ', run.Command),
            ["environment"] = run.Environment.Name,
            ["startedAt"] = run.StartedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"),
        };
        if (run.DurationSeconds is { } seconds) values["durationSeconds"] = seconds;
        foreach (var (prefix, group) in new[] { ("params.", run.Params), ("config.", run.Config), ("metrics.", run.Metrics) })
            foreach (var (name, value) in group) values[prefix + name] = value?.DeepClone();
        return values;
    }

    private static bool Differs(List<ComparedRun> rows, string column) =>
        rows.Select(row => row.Values[column]?.ToJsonString()).Distinct().Skip(1).Any();

    private static bool RepeatsParams(List<ComparedRun> rows, string column) => column.StartsWith(Config, StringComparison.Ordinal)
        && rows.TrueForAll(row => JsonNode.DeepEquals(row.Values[column], row.Values[Params + column[Config.Length..]]));

    private static List<ComparedRun> Sorted(List<ComparedRun> rows, string sort, string[] columns)
    {
        var (column, descending) = sort switch
        {
            _ when sort.EndsWith(":asc", StringComparison.Ordinal) => (sort[..^4], false),
            _ when sort.EndsWith(":desc", StringComparison.Ordinal) => (sort[..^5], true),
            _ => (sort, sort.StartsWith("metrics.", StringComparison.Ordinal)),
        };
        if (rows.Count > 0 && !columns.Contains(column))
            throw RefusalException.Bad($"--sort {column}: no run here has it{Nearest.Hint(column, columns)}");
        // Numbers first, then texts, then what is not there or no number a person would rank.
        var ranked = rows.Select(row => (Row: row, Number: Scalars.NumberOf(row.Values[column]), Text: row.Values[column]?.ToString())).ToList();
        var numbers = ranked.Where(r => r.Number is { } n && double.IsFinite(n));
        var texts = ranked.Where(r => r.Number is null && r.Text is not null);
        return
        [
            .. (descending ? numbers.OrderByDescending(r => r.Number) : numbers.OrderBy(r => r.Number)).Select(r => r.Row),
            .. (descending ? texts.OrderByDescending(r => r.Text, StringComparer.Ordinal) : texts.OrderBy(r => r.Text, StringComparer.Ordinal)).Select(r => r.Row),
            .. ranked.Where(r => r.Text is null || (r.Number is { } n && !double.IsFinite(n))).Select(r => r.Row),
        ];
    }
}
