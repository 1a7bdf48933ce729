using System.Globalization;

namespace Glovebox.Experiments.Plots;

/// <summary>A range of values with round numbers to mark it.</summary>
/// <param name="Low">The least value, or its logarithm to base 10.</param>
/// <param name="Ticks">In the same measure as <paramref name="Low"/>.</param>
/// <param name="Step">Between two marks; 0 where they are not even.</param>
internal sealed record Axis(double Low, double High, IReadOnlyList<double> Ticks, double Step, bool Log)
{
    private const int About = 6;

    // Fewer powers of ten than this leave room for marks between them.
    private const int FewPowers = 3;

    // Beyond these a number is read more easily as 2e+07.
    private const double Largest = 1e6, Smallest = 1e-5;

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
        if (log && high - low is > 1 and < FewPowers) return new Axis(low, high, BetweenPowers(low, high), 0, log);
        var (marks, step) = Marks(low, high, log && high - low > 1);
        return new Axis(low, high, marks, step, log);
    }

    /// <summary>Where a value stands, from 0 to 1; one beyond what doubles can span stands at the end.</summary>
    public double At(double value) => Math.Clamp(((Log ? Math.Log10(value) : value) - Low) / (High - Low), 0, 1);

    public double AtTick(double tick) => (tick - Low) / (High - Low);

    /// <summary>With as many digits as tell it from its neighbours.</summary>
    public string Label(double tick)
    {
        if (Log) return Math.Pow(10, tick).ToString("G3", CultureInfo.InvariantCulture);
        if (Math.Abs(tick) < Step * 1e-6) return "0";
        var size = Math.Floor(Math.Log10(Math.Abs(tick)) + 1e-9);
        var finest = Math.Floor(Math.Log10(Step) + 1e-9);
        return Math.Abs(tick) is < Largest and >= Smallest && finest > -10
            ? tick.ToString("F" + Math.Max(0, -(int)finest), CultureInfo.InvariantCulture)
            : tick.ToString("0." + new string('0', Math.Clamp((int)(size - finest), 0, 15)) + "e+0", CultureInfo.InvariantCulture);
    }

    private static List<double> BetweenPowers(double low, double high)
    {
        var marks = new List<double>();
        for (var power = Math.Floor(low); power <= high; power++)
            foreach (var part in new[] { 1, 2, 5 })
                if (power + Math.Log10(part) is var at && at >= low && at <= high) marks.Add(at);
        return marks;
    }

    private static (List<double> Marks, double Step) Marks(double low, double high, bool whole)
    {
        var rough = (high - low) / About;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = (rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 } * power;
        if (whole) step = Math.Max(1, Math.Round(step));
        var marks = new List<double>();
        for (var at = Math.Ceiling(low / step); at * step <= high && marks.Count < 3 * About; at++) marks.Add(at * step);
        return (marks, step);
    }
}
