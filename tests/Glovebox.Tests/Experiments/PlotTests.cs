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
