using System.Globalization;

namespace Glovebox.Runs.Tracking;

/// <summary>A line of a metric in MLflow's file store: <c>milliseconds value [step [dataset digest]]</c>. Old clients write no step.</summary>
internal readonly record struct MlflowPoint(long Time, double Value, long? Step)
{
    private const int MostWords = 5;

    /// <summary>Null for a line that is none.</summary>
    public static MlflowPoint? Parse(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is < 2 or > MostWords) return null;
        if (!double.TryParse(words[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var time) || Number(words[1]) is not { } value) return null;
        if (words.Length == 2) return new MlflowPoint((long)time, value, null);
        return long.TryParse(words[2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var step) ? new MlflowPoint((long)time, value, step) : null;
    }

    /// <summary>As MLflow orders them: the last of these is the metric's value.</summary>
    public static IEnumerable<MlflowPoint> InOrder(IEnumerable<MlflowPoint> points) => points.OrderBy(point => point.Step ?? 0).ThenBy(point => point.Time);

    /// <summary>Adds a metric's points to a report.</summary>
    public static void AddAll(Report report, string name, IEnumerable<MlflowPoint> points)
    {
        foreach (var point in InOrder(points)) report.AddMetric(name, Scalars.Of(point.Value), point.Step, point.Time);
    }

    // As Python writes them.
    private static double? Number(string word) => word.ToLowerInvariant() switch
    {
        "nan" => double.NaN,
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        _ => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null,
    };
}
