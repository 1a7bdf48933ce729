namespace Glovebox.Api.Runs;

/// <summary>One metric's values in the order in which they were reported.</summary>
/// <param name="Points">All of them, or evenly thinned where there were very many; the last one is always there.</param>
public sealed record MetricSeries(string Name, IReadOnlyList<MetricPoint> Points);

/// <param name="Step">As reported; without one, the number of values before it.</param>
/// <param name="Time">Milliseconds since 1970-01-01 UTC; 0 when unknown.</param>
/// <param name="Value">May be NaN or infinite.</param>
public readonly record struct MetricPoint(double Step, long Time, double Value);
