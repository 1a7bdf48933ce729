namespace Glovebox.Api.Experiments;

/// <param name="Metric">Without the prefix <c>metrics.</c>.</param>
/// <param name="Against">A column such as <c>params.C</c> for a scatter of one point a run; null for curves over steps.</param>
/// <param name="Format">What the bytes are.</param>
/// <param name="Width">Of text: columns. Of a picture: pixels.</param>
public sealed record PlotRequest(string Metric, RunSelection Selection, string? Against, PlotFormat Format, int Width = 900);

public enum PlotFormat
{
    /// <summary>Braille signs for a terminal, UTF-8.</summary>
    Text,
    Svg,
    Png,
}
