using System.Globalization;
using System.Text;

namespace Glovebox.Experiments.Plots;

/// <summary>A chart as SVG 1.1: no script, no font but the reader's own.</summary>
internal static class SvgPlot
{
    private const int Left = 70, Top = 40, Bottom = 50, Right = 20, Row = 18;

    public static readonly string[] Colours =
        ["#1f6fb4", "#d9541e", "#2b9348", "#b3261e", "#7b4fa6", "#8a5a44", "#c2569b", "#5f6b73", "#a0a018", "#149aa8"];

    public static byte[] Draw(Chart chart, int width)
    {
        var (x, y) = (chart.X, chart.Y);
        int plotWidth = Math.Max(width - Left - Right, 100), plotHeight = Math.Max(width * 9 / 16 - Top - Bottom, 80);
        var legend = chart.Series.Count > 1 ? chart.Series.Count * Row : 0;
        var height = plotHeight + Top + Bottom + legend;
        var svg = new StringBuilder();
        svg.Append($"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n");
        svg.Append($"<rect width=\"{width}\" height=\"{height}\" fill=\"white\"/>\n<text x=\"{Left + plotWidth / 2}\" y=\"22\" text-anchor=\"middle\" font-size=\"15\">{Escape(chart.Title)}</text>\n");
        foreach (var tick in x.Ticks)
        {
            var at = N(Left + x.AtTick(tick) * plotWidth);
            svg.Append($"<line x1=\"{at}\" y1=\"{Top}\" x2=\"{at}\" y2=\"{Top + plotHeight}\" stroke=\"#e4e4e4\"/><text x=\"{at}\" y=\"{Top + plotHeight + 16}\" text-anchor=\"middle\">{x.Label(tick)}</text>\n");
        }

        foreach (var tick in y.Ticks)
        {
            var at = Top + plotHeight * (1 - y.AtTick(tick));
            svg.Append($"<line x1=\"{Left}\" y1=\"{N(at)}\" x2=\"{Left + plotWidth}\" y2=\"{N(at)}\" stroke=\"#e4e4e4\"/><text x=\"{Left - 6}\" y=\"{N(at + 4)}\" text-anchor=\"end\">{y.Label(tick)}</text>\n");
        }

        svg.Append($"<rect x=\"{Left}\" y=\"{Top}\" width=\"{plotWidth}\" height=\"{plotHeight}\" fill=\"none\" stroke=\"#555\"/>\n");
        svg.Append($"<text x=\"{Left + plotWidth / 2}\" y=\"{Top + plotHeight + 36}\" text-anchor=\"middle\">{Escape(chart.XLabel)}</text>\n");
        svg.Append($"<text transform=\"translate(16 {Top + plotHeight / 2}) rotate(-90)\" text-anchor=\"middle\">{Escape(chart.YLabel)}</text>\n");
        for (var i = 0; i < chart.Series.Count; i++)
        {
            var (series, colour) = (chart.Series[i], Colours[i % Colours.Length]);
            var points = series.Points.Select(p => (X: N(Left + x.At(p.X) * plotWidth), Y: N(Top + (1 - y.At(p.Y)) * plotHeight))).ToList();
            if (chart.Lines && points.Count > 1)
                svg.Append($"<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\" points=\"{string.Join(' ', points.Select(p => $"{p.X},{p.Y}"))}\"/>\n");
            if (!chart.Lines || points.Count <= 50)
                foreach (var p in points) svg.Append($"<circle cx=\"{p.X}\" cy=\"{p.Y}\" r=\"{(chart.Lines ? 2 : 4)}\" fill=\"{colour}\" fill-opacity=\"0.8\"/>\n");
            if (legend == 0) continue;
            var line = Top + plotHeight + Bottom + i * Row;
            svg.Append($"<rect x=\"{Left}\" y=\"{line}\" width=\"14\" height=\"4\" fill=\"{colour}\"/><text x=\"{Left + 20}\" y=\"{line + 7}\">{Escape(series.Name)}</text>\n");
        }

        return Encoding.UTF8.GetBytes(svg.Append("</svg>\n").ToString());
    }

    private static string N(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>Text for XML 1.0, which has no way to say most control characters.</summary>
    private static string Escape(string text)
    {
        var safe = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            safe.Append(rune.Value switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                < 0x20 or (>= 0x7F and < 0xA0) or 0xFFFE or 0xFFFF => "?",
                _ => rune.ToString(),
            });
        return safe.ToString();
    }
}
