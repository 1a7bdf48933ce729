namespace Glovebox.Cli.Output;

/// <summary>Rows in columns. On a terminal the widest of the elastic columns give way until a row fits; elsewhere nothing is cut.</summary>
internal sealed class Table(params Column[] columns)
{
    private const int Gap = 2, Least = 8;

    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add([.. cells.Select(Printable.Line)]);

    /// <param name="width">Of the terminal; null for none.</param>
    public void Write(TextWriter output, int? width, Style style, Func<int, int, string, string>? paint = null)
    {
        var widths = Fit(width);
        if (_rows.Count > 0) output.WriteLine(style.Bold(Row([.. columns.Select(column => column.Title)], widths).TrimEnd()));
        for (var row = 0; row < _rows.Count; row++)
        {
            var cells = _rows[row];
            for (var i = 0; i < columns.Length; i++)
            {
                var cell = Cell(cells[i], columns[i], widths[i]);
                if (i == columns.Length - 1) cell = cell.TrimEnd();
                output.Write(paint is null ? cell : paint(row, i, cell));
                if (i < columns.Length - 1) output.Write("  ");
            }

            output.WriteLine();
        }
    }

    private string Row(string[] cells, int[] widths) =>
        string.Join("  ", cells.Select((cell, i) => Cell(cell, columns[i], widths[i])));

    private static string Cell(string text, Column column, int width)
    {
        if (text.Length > width) text = string.Concat(text.AsSpan(0, width - 1), "…");
        return column.Right ? text.PadLeft(width) : text.PadRight(width);
    }

    private int[] Fit(int? width)
    {
        var widths = columns.Select((column, i) => _rows.Select(row => row[i].Length).Append(column.Title.Length).Max()).ToArray();
        if (width is null) return widths;
        for (var excess = widths.Sum() + (Gap * (columns.Length - 1)) - width.Value; excess > 0; excess--)
        {
            var widest = -1;
            for (var i = 0; i < columns.Length; i++)
                if (columns[i].Elastic && widths[i] > Least && (widest < 0 || widths[i] > widths[widest])) widest = i;
            if (widest < 0) break;
            widths[widest]--;
        }

        return widths;
    }
}

/// <param name="Elastic">May be cut to fit a terminal.</param>
/// <param name="Right">Numbers stand at the right.</param>
internal sealed record Column(string Title, bool Elastic = false, bool Right = false);
