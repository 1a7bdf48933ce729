using System.Globalization;

namespace Glovebox.Experiments.Plots;

/// <summary>A range of values with round numbers to mark it.</summary>
/// <param name="Low">The least value, or its logarithm to base 10.</param>
/// <param name="Ticks">In the same measure as <paramref name="Low"/>.</param>
internal sealed record Axis(double Low, double High, IReadOnlyList<double> Ticks, bool Log)
{
    private const int About = 6;

    public static Axis Over(IEnumerable<double> values, bool log)
    {
        var (low, high) = (double.MaxValue, double.MinValue);
        foreach (var value in values)
        {
            var at = log ? Math.Log10(value) : value;
            (low, high) = (Math.Min(low, at), Math.Max(high, at));
        }

        if (low > high) (low, high) = (0, 1);
        var room = (high - low) * 0.04;
        // One value, or values too close for doubles to tell apart.
        if (high - low <= Math.Abs(high) * 1e-12) room = Math.Max(Math.Abs(high) * 0.1, 0.5);
        (low, high) = (Math.Max(low - room, -1e300), Math.Min(high + room, 1e300));
        return new Axis(low, high, Marks(low, high, log && high - low > 1), log);
    }

    /// <summary>Where a value stands, from 0 to 1; one beyond what doubles can span stands at the end.</summary>
    public double At(double value) => Math.Clamp(((Log ? Math.Log10(value) : value) - Low) / (High - Low), 0, 1);

    public double AtTick(double tick) => (tick - Low) / (High - Low);

    public string Label(double tick) => (Log ? Math.Pow(10, tick) : Math.Abs(tick) < (High - Low) * 1e-9 ? 0 : tick).ToString("G4", CultureInfo.InvariantCulture);

    private static List<double> Marks(double low, double high, bool whole)
    {
        var rough = (high - low) / About;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = (rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 } * power;
        if (whole) step = Math.Max(1, Math.Round(step));
        var marks = new List<double>();
        for (var at = Math.Ceiling(low / step); at * step <= high && marks.Count < 3 * About; at++) marks.Add(at * step);
        return marks;
    }
}
