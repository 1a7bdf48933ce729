namespace Glovebox.Experiments.Plots;

/// <summary>A chart as PNG, drawn by ourselves: lines, dots and small letters.</summary>
internal static class PngPlot
{
    private const int Left = 90, Top = 40, Bottom = 60, Right = 20, Row = 16, MostWidth = 8000;
    private const int Black = 0x333333, Grey = 0xE4E4E4, White = 0xFFFFFF;

    public static byte[] Draw(Chart chart, int width)
    {
        width = Math.Clamp(width, 200, MostWidth);
        var (x, y) = (chart.X, chart.Y);
        int plotWidth = width - Left - Right, plotHeight = Math.Max(width * 9 / 16 - Top - Bottom, 80);
        var legend = chart.Series.Count > 1 ? chart.Series.Count * Row : 0;
        var picture = new Raster(width, plotHeight + Top + Bottom + legend, White);
        picture.Text(Left + plotWidth / 2 - Raster.WidthOf(chart.Title) / 2, 14, chart.Title, Black);
        foreach (var tick in x.Ticks)
        {
            var at = Left + (int)(x.AtTick(tick) * plotWidth);
            picture.Line(at, Top, at, Top + plotHeight, Grey);
            var label = x.Label(tick);
            picture.Text(at - Raster.WidthOf(label) / 2, Top + plotHeight + 8, label, Black);
        }

        foreach (var tick in y.Ticks)
        {
            var at = Top + (int)(plotHeight * (1 - y.AtTick(tick)));
            picture.Line(Left, at, Left + plotWidth, at, Grey);
            var label = y.Label(tick);
            picture.Text(Left - 8 - Raster.WidthOf(label), at - 5, label, Black);
        }

        picture.Line(Left, Top, Left, Top + plotHeight, Black);
        picture.Line(Left, Top + plotHeight, Left + plotWidth, Top + plotHeight, Black);
        picture.Text(Left + plotWidth / 2 - Raster.WidthOf(chart.XLabel) / 2, Top + plotHeight + 28, chart.XLabel, Black);
        for (var i = 0; i < chart.Series.Count; i++)
        {
            var colour = Convert.ToInt32(SvgPlot.Colours[i % SvgPlot.Colours.Length][1..], 16);
            (int X, int Y)? before = null;
            foreach (var point in chart.Series[i].Points)
            {
                var at = (X: Left + (int)Math.Round(x.At(point.X) * plotWidth), Y: Top + (int)Math.Round((1 - y.At(point.Y)) * plotHeight));
                if (chart.Lines && before is { } from)
                {
                    picture.Line(from.X, from.Y, at.X, at.Y, colour);
                    picture.Line(from.X, from.Y + 1, at.X, at.Y + 1, colour);
                }

                if (!chart.Lines || chart.Series[i].Points.Count <= 50) picture.Dot(at.X, at.Y, chart.Lines ? 2 : 4, colour);
                before = at;
            }

            if (legend == 0) continue;
            var line = Top + plotHeight + Bottom - 6 + i * Row;
            for (var thick = 0; thick < 4; thick++) picture.Line(Left, line + 3 + thick, Left + 14, line + 3 + thick, colour);
            picture.Text(Left + 22, line, chart.Series[i].Name, Black);
        }

        return picture.ToPng();
    }
}
