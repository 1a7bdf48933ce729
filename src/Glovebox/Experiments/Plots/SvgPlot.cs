using System.Globalization;
using System.Text;

namespace Glovebox.Experiments.Plots;

/// <summary>A chart as SVG 1.1: no script, no font but the reader's own.</summary>
internal static class SvgPlot
{
    private const int Top = 40, Bottom = 56, Right = 30, Row = 18, FewPoints = 50;

    // About as wide as a letter of 12 units is in most fonts.
    private const double Letter = 6.8;

    public static readonly string[] Colours =
        ["#1f6fb4", "#d9541e", "#2b9348", "#b3261e", "#7b4fa6", "#8a5a44", "#c2569b", "#5f6b73", "#a0a018", "#149aa8"];

    public static byte[] Draw(Chart chart, int width)
    {
        var (x, y) = (chart.X, chart.Y);
        var left = (int)(y.Ticks.Select(tick => y.Label(tick).Length).DefaultIfEmpty(0).Max() * Letter) + 40;
        int plotWidth = Math.Max(width - left - Right, 100), plotHeight = Math.Max((width * 9 / 16) - Top - Bottom, 80), bottom = Top + plotHeight;
        var legend = Legend.Of(chart, plotWidth, Letter);
        var height = bottom + Bottom + (legend.Rows * Row);
        var svg = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        svg.Append($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\"");
        svg.Append(" font-family=\"sans-serif\" font-size=\"12\" fill=\"#333\">\n");
        svg.Append($"<rect width=\"{width}\" height=\"{height}\" fill=\"white\"/>\n");
        void Text(double across, double down, string anchor, string text, string more = "") =>
            svg.Append($"<text x=\"{N(across)}\" y=\"{N(down)}\" text-anchor=\"{anchor}\"{more}>{Escape(text)}</text>\n");
        void Rule(double fromX, double fromY, double toX, double toY, string colour) =>
            svg.Append($"<line x1=\"{N(fromX)}\" y1=\"{N(fromY)}\" x2=\"{N(toX)}\" y2=\"{N(toY)}\" stroke=\"{colour}\"/>\n");
        Text(left + (plotWidth / 2.0), 22, "middle", chart.Title, " font-size=\"15\"");
        foreach (var tick in x.Ticks)
        {
            var at = left + (x.AtTick(tick) * plotWidth);
            Rule(at, Top, at, bottom, "#e4e4e4");
            Text(at, bottom + 17, "middle", x.Label(tick));
        }

        foreach (var tick in y.Ticks)
        {
            var at = Top + (plotHeight * (1 - y.AtTick(tick)));
            Rule(left, at, left + plotWidth, at, "#e4e4e4");
            Text(left - 7, at + 4, "end", y.Label(tick));
        }

        Rule(left, Top, left, bottom, "#333");
        Rule(left, bottom, left + plotWidth, bottom, "#333");
        Text(left + (plotWidth / 2.0), bottom + 38, "middle", chart.XLabel);
        svg.Append($"<text transform=\"translate(16 {N(Top + (plotHeight / 2.0))}) rotate(-90)\" text-anchor=\"middle\">{Escape(chart.YLabel)}</text>\n");
        for (var i = 0; i < chart.Series.Count; i++)
        {
            var (series, colour) = (chart.Series[i], Colours[i % Colours.Length]);
            var points = series.Points.Select(p => (X: N(left + (x.At(p.X) * plotWidth)), Y: N(Top + ((1 - y.At(p.Y)) * plotHeight)))).ToList();
            if (chart.Lines && points.Count > 1)
                svg.Append($"<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\" points=\"{string.Join(' ', points.Select(p => $"{p.X},{p.Y}"))}\"/>\n");
            if (!chart.Lines || points.Count <= FewPoints)
                foreach (var p in points) svg.Append($"<circle cx=\"{p.X}\" cy=\"{p.Y}\" r=\"{(chart.Lines ? 2 : 4)}\" fill=\"{colour}\" fill-opacity=\"0.8\"/>\n");
        }

        for (var i = 0; i < legend.Names.Count; i++)
        {
            var (column, line) = (left + (i % legend.Columns * legend.ColumnWidth), bottom + Bottom + (i / legend.Columns * Row));
            if (Legend.IsSeries(i)) svg.Append($"<rect x=\"{N(column)}\" y=\"{line}\" width=\"16\" height=\"4\" fill=\"{Colours[i % Colours.Length]}\"/>\n");
            Text(column + Legend.Sign, line + 7, "start", legend.Names[i]);
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
