using System.Text;
using Glovebox.Files;
using Glovebox.Runs.Tracking;
using Glovebox.Tests.Files;

namespace Glovebox.Tests.Runs.Tracking;

public sealed class ReportLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Values_keep_their_types_and_steps_and_the_last_one_stands()
    {
        var report = Read("""
            {"time":5,"metrics":{"loss":0.5,"ok":true,"name":"svm"},"step":10}
            {"time":6,"metrics":{"loss":"NaN"},"step":20}
            {"time":7,"metrics":{"loss":0.25}}

            """);

        Assert.Equal("""{"loss":0.25,"ok":true,"name":"svm"}""", report.Metrics.ToJsonString());
        var series = Assert.Single(report.Series);
        Assert.Equal([10, 20, 2], series.Points.Select(p => p.Step));
        Assert.Equal([0.5, double.NaN, 0.25], series.Points.Select(p => p.Value));
        Assert.Equal([5, 6, 7], series.Points.Select(p => p.Time));
        Assert.Equal(series.Points, SeriesDocument.Read(SeriesDocument.Write(report.Series))[0].Points);
    }

    [Theory]
    [InlineData("{\"metrics\":{\"a\":1}}\n{\"metrics\":{\"a\":2}")]
    [InlineData("{\"metrics\":{\"a\":1}}\n{\"metrics\":\n")]
    [InlineData("\n\n[1]\nnull\n{\"metrics\":[1]}\n{\"metrics\":{\"a\":{}}}\n{\"metrics\":{\"a\":1},\"step\":{}}\n{\"artifact\":5}\n{\"tags\":7}\n")]
    [InlineData("loss: 0.3\nhttp://x\n{\"metrics\":{\"a\":1}}\n{\"words\":[5]}\n{\"words\":{}}\n\u0000\u0001\n")]
    public void Half_lines_and_strange_lines_are_passed_over(string text) =>
        Assert.Equal("""{"a":1}""", Read(text).Metrics.ToJsonString());

    [Fact]
    public void A_line_too_long_is_passed_over_and_the_next_one_counts()
    {
        var report = Read("{\"metrics\":{\"a\":1}}\n{\"metrics\":{\"b\":\"" + new string('x', 3 << 20) + "\"}}\n{\"metrics\":{\"c\":3}}\n");

        Assert.Equal("""{"a":1,"c":3}""", report.Metrics.ToJsonString());
    }

    [Fact]
    public void The_shells_words_are_typed_as_parameters_are()
    {
        var report = Read("""
            {"time":1000,"words":["loss=0.3","n=7","ok=true","name=a=b","bad","x=inf","y=-nan"],"kind":"metrics","step":"4"}
            {"words":["depth=3"],"kind":"config","step":""}

            """);

        Assert.Equal("""{"loss":0.3,"n":7,"ok":true,"name":"a=b","x":"Infinity","y":"NaN"}""", report.Metrics.ToJsonString());
        Assert.Equal("""{"depth":3}""", report.Config.ToJsonString());
        Assert.All(report.Series, s => Assert.Equal(4, s.Points[0].Step));
    }

    [Fact]
    public void Very_many_values_stay_bounded_and_keep_both_ends()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 120_001; i++) text.Append($"{{\"metrics\":{{\"loss\":{i}}},\"step\":{i}}}\n");

        var points = Read(text.ToString()).Series[0].Points;

        Assert.InRange(points.Count, 10_000, SeriesBuilder.Most);
        Assert.Equal((0, 120_000), (points[0].Step, points[^1].Step));
        Assert.Equal(points.Select(p => p.Step).Order(), points.Select(p => p.Step));
    }

    [Fact]
    public void Very_many_names_stay_bounded()
    {
        var report = Read(string.Concat(Enumerable.Range(0, 5000).Select(i => $"{{\"metrics\":{{\"m{i}\":1}},\"config\":{{\"c{i}\":1}}}}\n")));

        Assert.Equal((Report.MostNames, Report.MostNames, Report.MostNames), (report.Metrics.Count, report.Config.Count, report.Series.Count));
    }

    [Fact]
    public void Artifacts_outside_of_the_tree_are_not_outputs()
    {
        var report = Read("""
            {"artifact":"/work/model.pkl"}
            {"artifact":"/work/../etc/passwd"}
            {"artifact":"/workshop/x"}
            {"artifact":"/work"}

            """);

        Assert.Equal(["model.pkl"], report.Artifacts);
    }

    [Fact]
    public void A_link_in_its_place_is_not_followed()
    {
        File.WriteAllText(Path.Combine(_folder.Path, "secret"), "{\"metrics\":{\"a\":1}}\n");
        File.CreateSymbolicLink(Path.Combine(_folder.Path, ReportLog.FileName), Path.Combine(_folder.Path, "secret"));

        Assert.Empty(ReadNow().Metrics);
    }

    [Fact]
    public void Any_bytes_are_survived()
    {
        var random = new Random(8);
        var good = """{"time":5,"metrics":{"loss":0.5},"config":{"a":1},"artifact":"/work/x","tags":["t"],"step":10}"""u8.ToArray();
        for (var round = 0; round < 300; round++)
        {
            // A good line with some bytes replaced goes deeper than noise does.
            byte[] bytes = [.. good];
            for (var i = random.Next(1, 10); i > 0; i--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(Path.Combine(_folder.Path, ReportLog.FileName), [.. bytes, .. "\n{\"metrics\":{\"zz\":1}}\n"u8]);

            Assert.True(ReadNow().Metrics.ContainsKey("zz"));
        }
    }

    [Theory]
    [InlineData("{\"a\": NaN, \"b\": -Infinity, \"c\": \"NaN \\\" NaN\"}", "{\"a\": \"NaN\", \"b\": \"-Infinity\", \"c\": \"NaN \\\" NaN\"}")]
    [InlineData("{\"a\": 1}", "{\"a\": 1}")]
    public void Pythons_json_is_read(string text, string strict)
    {
        using var document = LooseJson.TryParse(Encoding.UTF8.GetBytes(text));

        Assert.Equal(strict, document!.RootElement.GetRawText());
    }

    private Report Read(string text)
    {
        File.WriteAllText(Path.Combine(_folder.Path, ReportLog.FileName), text);
        return ReadNow();
    }

    private Report ReadNow()
    {
        var report = new Report();
        using var folder = Folder.Open(_folder.Path);
        ReportLog.Read(folder, "/work", report);
        return report;
    }
}
