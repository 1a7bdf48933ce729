namespace Glovebox.Experiments.Plots;

/// <summary>What is drawn, whatever it is drawn with.</summary>
/// <param name="Lines">Points of a series are joined.</param>
/// <param name="LogX">The x axis is logarithmic; every x is above 0.</param>
internal sealed record Chart(string Title, string XLabel, string YLabel, IReadOnlyList<ChartSeries> Series, bool Lines, bool LogX)
{
    /// <summary>Fits every point.</summary>
    public Axis X => Axis.Over(Series.SelectMany(s => s.Points).Select(p => p.X), LogX);

    public Axis Y => Axis.Over(Series.SelectMany(s => s.Points).Select(p => p.Y), log: false);
}

/// <param name="Points">All finite.</param>
internal sealed record ChartSeries(string Name, IReadOnlyList<ChartPoint> Points);

internal readonly record struct ChartPoint(double X, double Y);
