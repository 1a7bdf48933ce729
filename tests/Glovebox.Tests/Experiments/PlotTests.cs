using System.Xml.Linq;
using Glovebox.Experiments.Plots;

namespace Glovebox.Tests.Experiments;

public sealed class PlotTests
{
    private static readonly Chart Hostile = new(
        "a<b>&\"\u0001\n\ud800", "x", "y]]>", [new ChartSeries("s1", [new(0, 1), new(1, double.MaxValue), new(2, -double.MaxValue)]), new ChartSeries("<s2>", [new(5, 5)])], true, false);

    [Fact]
    public void Svg_is_xml_whatever_the_names_and_values_are()
    {
        var root = XDocument.Parse(System.Text.Encoding.UTF8.GetString(SvgPlot.Draw(Hostile, 900))).Root!;

        Assert.Equal("svg", root.Name.LocalName);
        Assert.Single(root.Descendants(), e => e.Name.LocalName == "polyline");
        Assert.DoesNotContain("NaN", root.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_point_is_inside_of_its_axis()
    {
        var random = new Random(7);
        for (var round = 0; round < 300; round++)
        {
            double[] all = [.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-300, 300)))];

            var axis = Axis.Over(all, log: false);

            Assert.All(all, value => Assert.InRange(axis.At(value), 0, 1));
            Assert.All(axis.Ticks, tick => Assert.InRange(axis.AtTick(tick), -0.001, 1.001));
            Assert.InRange(axis.Ticks.Count, 1, 20);
        }
    }

    [Fact]
    public void A_logarithmic_axis_marks_powers_of_ten()
    {
        var axis = Axis.Over([0.001, 100], log: true);

        Assert.Equal(["0.001", "0.01", "0.1", "1", "10", "100"], axis.Ticks.Select(axis.Label));
    }

    [Theory]
    [InlineData(0.97361, 0.97368)]
    [InlineData(1e-9, 5e-9)]
    [InlineData(1_000_000, 1_000_004)]
    [InlineData(-3, 12)]
    [InlineData(0, 5e7)]
    public void Marks_are_told_apart_by_their_labels(double low, double high)
    {
        var axis = Axis.Over([low, high], log: false);

        Assert.Equal(axis.Ticks.Count, axis.Ticks.Select(axis.Label).Distinct().Count());
        Assert.All(axis.Ticks, tick => Assert.Equal(tick, double.Parse(axis.Label(tick), System.Globalization.CultureInfo.InvariantCulture), axis.Step / 2));
    }

    [Fact]
    public void A_short_logarithmic_axis_is_marked_between_the_powers()
    {
        var axis = Axis.Over([0.1, 10], log: true);

        Assert.Equal(["0.1", "0.2", "0.5", "1", "2", "5", "10"], axis.Ticks.Select(axis.Label));
    }

    [Fact]
    public void A_legend_names_some_in_columns_that_fit()
    {
        ChartSeries[] series = [.. Enumerable.Range(0, 40).Select(i => new ChartSeries($"run {i}", [new(0, i)]))];

        var legend = Legend.Of(new Chart("m", "step", "m", series, true, false), 800, 7);

        Assert.Equal("and 16 more", legend.Names[^1]);
        Assert.InRange(legend.Columns * legend.ColumnWidth, 1, 800);
        Assert.True(legend.Rows * legend.Columns >= legend.Names.Count);
        Assert.Empty(Legend.Of(new Chart("m", "step", "m", series[..1], true, false), 800, 7).Names);
    }

    [Fact]
    public void Every_letter_that_can_be_typed_is_drawn_and_no_two_alike()
    {
        static string Drawn(char letter) => string.Concat(
            from row in Enumerable.Range(0, Letters.Height) from column in Enumerable.Range(0, Letters.Width) select Letters.HasDot(letter, column, row) ? '#' : '.');

        var drawn = Enumerable.Range(' ', '~' - ' ' + 1).Select(letter => Drawn((char)letter)).ToList();

        Assert.Equal(drawn.Count, drawn.Distinct().Count());
        Assert.DoesNotContain(Drawn('\u4e16'), drawn);
    }

    [Fact]
    public void A_rising_line_rises_in_the_terminal()
    {
        var chart = new Chart("m", "step", "m", [new ChartSeries("r", [new(0, 0), new(10, 1)])], true, false);

        var lines = System.Text.Encoding.UTF8.GetString(TextPlot.Draw(chart, 60)).Split('\n')[1..17];

        var firsts = lines.Select(line => line.AsSpan().IndexOfAnyInRange('\u2801', '\u28ff')).ToArray();
        Assert.All(firsts, first => Assert.True(first >= 0 || firsts[0] >= 0));
        Assert.True(firsts.First(f => f >= 0) > firsts.Last(f => f >= 0));
    }

    [Fact]
    public void Png_survives_hostile_values() => Assert.Equal([0x89, 0x50, 0x4E, 0x47], PngPlot.Draw(Hostile, 300)[..4]);
}
