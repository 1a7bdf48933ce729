using System.Globalization;
using System.Text.Json.Nodes;
using Glovebox.Api;
using Glovebox.Runs;
using Glovebox.Values;

namespace Glovebox.Experiments.Sweeps;

/// <summary>The values that one parameter of a sweep may have: a list of choices, or a range.</summary>
internal sealed record Space(string Name, IReadOnlyList<string> Choices, double Low, double High, int? Count, bool Log, bool Whole)
{
    private const int MostChoices = 10_000;

    private bool IsRange => Choices.Count == 0;

    /// <param name="text"><c>NAME=a,b,c</c>, <c>NAME=[a, b]</c> (YAML), <c>NAME=a..b:n</c>, <c>NAME=log:a..b:n</c>, <c>NAME=int:a..b</c>.</param>
    /// <exception cref="RefusalException">It is none of these.</exception>
    public static Space Parse(string text)
    {
        var at = text.IndexOf('=');
        if (at <= 0) throw RefusalException.Bad($"parameter '{text}' is not NAME=VALUES, such as lr=0.1,0.01 or C=log:0.01..10:5");
        var (name, values) = (text[..at], text[(at + 1)..]);
        if (values.Contains("..", StringComparison.Ordinal) && Range(name, values) is { } range) return range;
        // A text with signs of YAML may hold commas of its own.
        if (values.StartsWith('[') && ParamValues.Parse([text])[name] is JsonArray list)
            return Of(name, [.. list.Select(value => value?.ToJsonString() ?? "null")]);
        return Of(name, values.Split(','));
    }

    private static Space Of(string name, string[] choices)
    {
        if (choices.Distinct().Count() != choices.Length) throw RefusalException.Bad($"parameter '{name}' has a value twice; give each once");
        return new Space(name, choices, 0, 0, null, false, false);
    }

    private static Space? Range(string name, string values)
    {
        var (rest, log, whole) = (values, false, false);
        while (true)
        {
            if (rest.StartsWith("log:", StringComparison.Ordinal)) (log, rest) = (true, rest[4..]);
            else if (rest.StartsWith("int:", StringComparison.Ordinal)) (whole, rest) = (true, rest[4..]);
            else break;
        }

        var colon = rest.IndexOf(':');
        int? count = null;
        if (colon >= 0)
        {
            if (!int.TryParse(rest[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var n) || n is < 1 or > MostChoices)
                throw RefusalException.Bad($"parameter '{name}': '{rest[(colon + 1)..]}' is not a number of values, 1 to {MostChoices}; a range is a..b:n");
            (count, rest) = (n, rest[..colon]);
        }

        var ends = rest.Split("..");
        if (ends.Length != 2 || !Number(ends[0], out var low) || !Number(ends[1], out var high))
            return log || whole ? throw RefusalException.Bad($"parameter '{name}': '{values}' is no range; it is written log:0.01..10:5") : null;
        if (low >= high) throw RefusalException.Bad($"parameter '{name}': the range {rest} does not rise; write the smaller end first");
        if (log && low <= 0) throw RefusalException.Bad($"parameter '{name}': a logarithmic range begins above 0, not at {ends[0]}");
        var wholeEnds = long.TryParse(ends[0], out _) && long.TryParse(ends[1], out _);
        return new Space(name, [], low, high, count, log, whole || (wholeEnds && count is null && !log));
    }

    /// <summary>Every value, in order, as words of YAML.</summary>
    /// <exception cref="RefusalException">A range of broken numbers does not say how many.</exception>
    public IReadOnlyList<string> Grid()
    {
        if (!IsRange) return Choices;
        if (Count is null && !Whole)
            throw RefusalException.Bad($"parameter '{Name}': say how many values of the range a grid has ({Text(Low)}..{Text(High)}:5), or use --random N");
        var count = Count ?? (High - Low + 1);
        if (count > MostChoices) throw RefusalException.Bad($"parameter '{Name}' has {count:0} values; say fewer with ..:n");
        return [.. Enumerable.Range(0, (int)count).Select(i => Text(At(count == 1 ? 0 : i / (count - 1)))).Distinct()];
    }

    /// <summary>One value by chance.</summary>
    /// <param name="chance">In [0, 1).</param>
    public string Draw(double chance)
    {
        if (!IsRange) return Choices[(int)(chance * Choices.Count)];
        // Every whole number of the range is as likely as any other.
        return Whole && !Log ? Text(Low + Math.Floor(chance * (High - Low + 1))) : Text(At(chance));
    }

    private double At(double part) => Log ? Math.Exp(Math.Log(Low) + (part * (Math.Log(High) - Math.Log(Low)))) : Low + (part * (High - Low));

    // Twelve digits: what is meant by 0.1 does not come out as 0.09999999999999999.
    private string Text(double value) => (Whole ? Math.Round(value) : value).ToString("G12", CultureInfo.InvariantCulture);

    private static bool Number(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
}
