using System.Text;

namespace Glovebox.Experiments.Plots;

/// <summary>A chart of braille signs, each 2 dots wide and 4 high.</summary>
internal static class TextPlot
{
    private const int LabelWidth = 11, Height = 16, MostLegend = 12;

    public static byte[] Draw(Chart chart, int width)
    {
        var (x, y) = (chart.X, chart.Y);
        var columns = Math.Clamp(width - LabelWidth - 2, 20, 200);
        var cells = new int[Height, columns];
        foreach (var series in chart.Series)
        {
            (double X, double Y)? before = null;
            foreach (var point in series.Points)
            {
                var at = (X: x.At(point.X) * ((columns * 2) - 1), Y: (1 - y.At(point.Y)) * ((Height * 4) - 1));
                if (chart.Lines && before is { } from) Line(cells, from, at);
                else Dot(cells, at.X, at.Y);
                before = at;
            }
        }

        var text = new StringBuilder().Append(' ', LabelWidth + 2).Append(chart.Title).Append('\n');
        for (var row = 0; row < Height; row++)
        {
            var tick = y.Ticks.FirstOrDefault(t => (int)((1 - y.AtTick(t)) * ((Height * 4) - 1)) / 4 == row, double.NaN);
            text.Append((double.IsNaN(tick) ? "" : y.Label(tick)).PadLeft(LabelWidth)).Append(double.IsNaN(tick) ? " │" : " ┤");
            var line = new StringBuilder();
            for (var column = 0; column < columns; column++) line.Append((char)(0x2800 + cells[row, column]));
            text.Append(line.ToString().TrimEnd('\u2800')).Append('\n');
        }

        text.Append(' ', LabelWidth).Append(" └").Append('─', columns).Append('\n');
        var labels = new StringBuilder(new string(' ', columns + 12));
        foreach (var tick in x.Ticks)
        {
            var at = (int)(x.AtTick(tick) * (columns - 1));
            var label = x.Label(tick);
            if (at > 0 && labels[at - 1] != ' ') continue;
            for (var i = 0; i < label.Length && at + i < labels.Length; i++) labels[at + i] = label[i];
        }

        text.Append(' ', LabelWidth + 2).Append(labels.ToString().TrimEnd()).Append('\n').Append(' ', LabelWidth + 2).Append(chart.XLabel).Append('\n');
        foreach (var series in chart.Series.Take(MostLegend).Where(_ => chart.Series.Count > 1))
            text.Append(' ', LabelWidth + 2).Append($"{series.Name}: {series.Points[0].Y:G4} … {series.Points[^1].Y:G4}\n");
        if (chart.Series.Count > MostLegend) text.Append(' ', LabelWidth + 2).Append($"and {chart.Series.Count - MostLegend} more\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Line(int[,] cells, (double X, double Y) from, (double X, double Y) to)
    {
        var steps = (int)Math.Ceiling(Math.Max(Math.Abs(to.X - from.X), Math.Abs(to.Y - from.Y)));
        for (var i = 0; i <= steps; i++)
        {
            var part = steps == 0 ? 0 : (double)i / steps;
            Dot(cells, from.X + ((to.X - from.X) * part), from.Y + ((to.Y - from.Y) * part));
        }
    }

    // Unicode's order of the dots: 1 2 3 down the left, 4 5 6 down the right, then 7 and 8 below.
    private static void Dot(int[,] cells, double x, double y)
    {
        var (dotX, dotY) = ((int)Math.Round(x), (int)Math.Round(y));
        if (dotX < 0 || dotY < 0 || dotY / 4 >= cells.GetLength(0) || dotX / 2 >= cells.GetLength(1)) return;
        var bit = (dotY % 4) == 3 ? 6 + (dotX % 2) : (dotY % 4) + (3 * (dotX % 2));
        cells[dotY / 4, dotX / 2] |= 1 << bit;
    }
}
