namespace Glovebox.Experiments.Plots;

/// <summary>The names of a chart's series below it, in as many columns as fit.</summary>
/// <param name="Names">Of the first series, in their order; the last may say how many more there are.</param>
/// <param name="Columns">At least 1.</param>
/// <param name="ColumnWidth">In the picture's measure.</param>
internal sealed record Legend(IReadOnlyList<string> Names, int Columns, double ColumnWidth)
{
    private const int Most = 24, LongestName = 60;

    // Left of a name: its line, and a gap.
    public const double Sign = 24;

    public int Rows => (Names.Count + Columns - 1) / Columns;

    /// <summary>Nothing for a chart of one series, whose title says it all.</summary>
    /// <param name="room">How wide it may be.</param>
    /// <param name="letter">How wide a letter is.</param>
    public static Legend Of(Chart chart, double room, double letter)
    {
        if (chart.Series.Count < 2) return new Legend([], 1, room);
        List<string> names = [.. chart.Series.Take(Most).Select(series => Short(series.Name, (int)Math.Min(LongestName, (room - Sign) / letter)))];
        if (chart.Series.Count > Most) names.Add($"and {chart.Series.Count - Most} more");
        var width = (names.Max(name => name.Length) * letter) + Sign + (2 * letter);
        var columns = Math.Max(1, (int)(room / width));
        return new Legend(names, columns, width);
    }

    /// <summary>Whether a name is that of a series, and has its colour.</summary>
    public static bool IsSeries(int number) => number < Most;

    /// <summary>A text that takes no more than so many letters.</summary>
    public static string Short(string text, int most) => text.Length <= most ? text : text[..Math.Max(0, most - 1)] + "…";
}
