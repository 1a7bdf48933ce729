namespace Glovebox.Experiments.Plots;

/// <summary>A chart as PNG, drawn by ourselves.</summary>
internal static class PngPlot
{
    private const int Top = 40, Bottom = 62, Right = 30, Gap = 8, Row = 20, MostWidth = 8000, FewPoints = 50;
    private const int Ink = 0x333333, Grid = 0xE4E4E4, Paper = 0xFFFFFF;

    public static byte[] Draw(Chart chart, int width)
    {
        width = Math.Clamp(width, 200, MostWidth);
        var (x, y) = (chart.X, chart.Y);
        var left = Raster.LetterHeight + (3 * Gap) + y.Ticks.Select(tick => Raster.WidthOf(y.Label(tick))).DefaultIfEmpty(0).Max();
        var (plotWidth, plotHeight) = (Math.Max(width - left - Right, 40), Math.Max((width * 9 / 16) - Top - Bottom, 80));
        var legend = Legend.Of(chart, width - left - Right, Raster.WidthOf("x"));
        var picture = new Raster(width, plotHeight + Top + Bottom + (legend.Rows * Row), Paper);
        var frame = new Frame(left, Top, plotWidth, plotHeight);
        DrawAxes(picture, frame, x, y);
        DrawTitles(picture, frame, chart);
        for (var i = 0; i < chart.Series.Count; i++) DrawSeries(picture, frame, chart, x, y, i);
        for (var i = 0; i < legend.Names.Count; i++)
        {
            var (column, line) = (left + (i % legend.Columns * legend.ColumnWidth), Top + plotHeight + Bottom + (i / legend.Columns * Row) - Gap);
            var middle = line + (Raster.LetterHeight / 2.0) - 2;
            if (Legend.IsSeries(i)) picture.Line(column, middle, column + Legend.Sign - Gap, middle, ColourOf(i), 3);
            picture.Text(column + Legend.Sign, line, legend.Names[i], Ink);
        }

        return PngFile.Write(picture.Width, picture.Height, picture.Pixels());
    }

    private static void DrawAxes(Raster picture, Frame frame, Axis x, Axis y)
    {
        foreach (var tick in x.Ticks)
        {
            var at = frame.Left + (x.AtTick(tick) * frame.Width);
            picture.Line(at, frame.Top, at, frame.Bottom, Grid);
            picture.Text(at - (Raster.WidthOf(x.Label(tick)) / 2), frame.Bottom + Gap, x.Label(tick), Ink);
        }

        foreach (var tick in y.Ticks)
        {
            var at = frame.Top + (frame.Height * (1 - y.AtTick(tick)));
            picture.Line(frame.Left, at, frame.Left + frame.Width, at, Grid);
            picture.Text(frame.Left - Gap - Raster.WidthOf(y.Label(tick)), at - (Raster.LetterHeight / 2) + 1, y.Label(tick), Ink);
        }

        picture.Line(frame.Left, frame.Top, frame.Left, frame.Bottom, Ink);
        picture.Line(frame.Left, frame.Bottom, frame.Left + frame.Width, frame.Bottom, Ink);
    }

    private static void DrawTitles(Raster picture, Frame frame, Chart chart)
    {
        string Fit(string text, int room) => Legend.Short(text, room / Raster.WidthOf("x"));
        var (title, below, beside) = (Fit(chart.Title, picture.Width - Gap), Fit(chart.XLabel, picture.Width - Gap), Fit(chart.YLabel, frame.Height));
        var middle = frame.Left + (frame.Width / 2);
        picture.Text(Math.Clamp(middle - (Raster.WidthOf(title) / 2), 0, Math.Max(0, picture.Width - Raster.WidthOf(title))), 14, title, Ink);
        picture.Text(Math.Clamp(middle - (Raster.WidthOf(below) / 2), 0, Math.Max(0, picture.Width - Raster.WidthOf(below))), frame.Bottom + 30, below, Ink);
        picture.Text(Gap / 2, frame.Top + (frame.Height / 2) + (Raster.WidthOf(beside) / 2), beside, Ink, upwards: true);
    }

    private static void DrawSeries(Raster picture, Frame frame, Chart chart, Axis x, Axis y, int number)
    {
        var (series, colour) = (chart.Series[number], ColourOf(number));
        (double X, double Y)? before = null;
        foreach (var point in series.Points)
        {
            var at = (X: frame.Left + (x.At(point.X) * frame.Width), Y: frame.Top + ((1 - y.At(point.Y)) * frame.Height));
            if (chart.Lines && before is { } from) picture.Line(from.X, from.Y, at.X, at.Y, colour, 1.7);
            if (!chart.Lines || series.Points.Count <= FewPoints) picture.Dot(at.X, at.Y, chart.Lines ? 2.5 : 4, colour);
            before = at;
        }
    }

    private static int ColourOf(int series) => Convert.ToInt32(SvgPlot.Colours[series % SvgPlot.Colours.Length][1..], 16);

    private readonly record struct Frame(int Left, int Top, int Width, int Height)
    {
        public int Bottom => Top + Height;
    }
}
