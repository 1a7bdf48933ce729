using System.Text.Json.Nodes;
using Glovebox.Api.Experiments;

namespace Glovebox.Cli.Tests.Experiments;

/// <summary>The verbs that look at many runs.</summary>
public sealed class ExperimentTests
{
    [Fact]
    public void Compare_asks_for_the_newest_twenty_unless_something_is_said()
    {
        using var cli = new Cli();
        cli.Run("runs", "compare");
        Assert.Equal((20, null), (cli.Features.Experiments.Compared!.Selection.Last, cli.Features.Experiments.Compared.Selection.Where));

        cli.Run("runs", "compare", "aaaa", "bbbb", "--sort", "metrics.loss:asc", "--only-changed");
        var asked = cli.Features.Experiments.Compared;
        Assert.Equal(["aaaa", "bbbb"], asked.Selection.Ids);
        Assert.Equal((null, "metrics.loss:asc", true), (asked.Selection.Last, asked.Sort, asked.OnlyChanged));

        cli.Run("runs", "compare", "--where", "tag=x", "--project", "p");
        Assert.Equal((null, "tag=x", "/here/p"),
            (cli.Features.Experiments.Compared.Selection.Last, cli.Features.Experiments.Compared.Selection.Where, cli.Features.Experiments.Compared.Selection.Project));
    }

    [Theory]
    [InlineData("csv", "id,status,params.lr,metrics.loss\r\naaaa00000001,succeeded,0.1,0.123456789\r\nbbbb00000002,\"failed, \"\"so\"\"\",a|b,\r\n")]
    [InlineData("markdown", "| id | status | params.lr | metrics.loss |\n|---|---|---|---:|\n| aaaa00000001 | succeeded | 0.1 | 0.123457 |\n| bbbb00000002 | failed, \"so\" | a\\|b |  |\n")]
    public void Compare_prints_what_other_programs_read(string format, string expected)
    {
        using var cli = new Cli();
        Assert.Equal(0, cli.Run("runs", "compare", "--format", format));
        Assert.Equal(expected, cli.Output);
    }

    [Fact]
    public void Compare_prints_a_table_and_json()
    {
        using var cli = new Cli();
        cli.Run("runs", "compare");
        Assert.Contains("aaaa00000001  succeeded", cli.Output, StringComparison.Ordinal);
        Assert.Contains("0.123457", cli.Output, StringComparison.Ordinal);

        using var json = new Cli();
        json.Run("runs", "compare", "--json");
        Assert.Equal(0.123456789, (double)JsonNode.Parse(json.Output)![0]!["values"]!["metrics.loss"]!);
    }

    [Theory]
    [InlineData("runs compare --format xml", "table, csv, json or markdown")]
    [InlineData("runs compare --last 0", "--last")]
    [InlineData("runs plot", "METRIC")]
    [InlineData("runs plot loss -o x.gif", "ends in .svg or .png")]
    [InlineData("runs plot loss --width 9000", "at most 8000")]
    [InlineData("runs best loss --min --max", "exclude each other")]
    [InlineData("sweep -p lr=1 --tty -- x", "have no terminal")]
    [InlineData("sweep -p lr=1 --detach -- x", "cannot be detached")]
    [InlineData("sweep -p lr=1 --live -- x", "beside the tree")]
    [InlineData("sweep -p lr=1 --seed x -- x", "whole number")]
    [InlineData("sweep -p lr=1 --jobs 0 -- x", "--jobs")]
    [InlineData("sweep --resume 5555 -p lr=1", "leave COMMAND and --param out")]
    [InlineData("sweep -p lr -- x", "lr")]
    [InlineData("bisect aaaa", "BAD")]
    [InlineData("helper", "LANGUAGE")]
    [InlineData("helper perl", "perl")]
    public void What_is_wrong_is_said(string line, string reason)
    {
        using var cli = new Cli();
        Assert.Equal(2, cli.Run(line.Split(' ')));
        Assert.Contains(reason, cli.Error, StringComparison.Ordinal);
        Assert.Equal("", cli.Output);
    }

    [Fact]
    public void Plot_draws_in_the_terminal_as_wide_as_it_is()
    {
        using var cli = new Cli { Width = 111 };
        Assert.Equal(0, cli.Run("runs", "plot", "loss", "--against", "params.C"));
        var asked = cli.Features.Experiments.Plotted!;
        Assert.Equal(("loss", "params.C", PlotFormat.Text, 111, 10), (asked.Metric, asked.Against, asked.Format, asked.Width, asked.Selection.Last));
        Assert.Equal("drawn\n", cli.Output);
    }

    [Fact]
    public void Plot_writes_a_picture_by_the_name_of_its_file()
    {
        var folder = Directory.CreateTempSubdirectory("glovebox-plot-").FullName;
        using var cli = new Cli();
        Assert.Equal(0, cli.Run("runs", "plot", "loss", "-o", Path.Combine(folder, "x.SVG")));
        Assert.Equal((PlotFormat.Svg, 900), (cli.Features.Experiments.Plotted!.Format, cli.Features.Experiments.Plotted.Width));
        Assert.Equal("drawn\n", File.ReadAllText(Path.Combine(folder, "x.SVG")));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Best_shows_a_run()
    {
        using var cli = new Cli();
        Assert.Equal(0, cli.Run("runs", "best", "loss", "--min", "--where", "tag=x", "--json"));
        Assert.Equal("3fa2b81c09de", (string?)JsonNode.Parse(cli.Output)!["id"]);
        var (metric, lowest, selection) = cli.Features.Experiments.Best!.Value;
        Assert.Equal(("loss", true, "tag=x", null), (metric, lowest, selection.Where, selection.Last));
    }

    [Fact]
    public void A_sweep_shows_each_point_and_a_table()
    {
        using var cli = new Cli();
        Assert.Equal(0, cli.Run("sweep", "-p", "lr=0.1,0.5", "-j", "4", "--random", "20", "--max-failures", "2", "--sort", "metrics.loss", "train.py", "-p", "own"));
        var asked = cli.Features.Experiments.Sweep!;
        Assert.Equal((4, 20, 2, null, false), (asked.Jobs, asked.Random, asked.MaxFailures, asked.Resume, asked.ResumeNewest));
        Assert.Equal(["train.py", "-p", "own"], asked.Run.Command);
        Assert.Contains("[1/3] lr=0.1  succeeded in 2.4 s  3fa2b81c09de  accuracy=0.97368", cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("\e[31m", cli.Error, StringComparison.Ordinal);
        Assert.Contains("3 of 3 points succeeded, seed 7", cli.Error, StringComparison.Ordinal);
        Assert.Equal("metrics.loss", cli.Features.Experiments.Compared!.Sort);
        Assert.StartsWith("ID", cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sweep_that_is_not_complete_ends_with_1_and_says_how_to_go_on()
    {
        using var cli = new Cli();
        cli.Features.Experiments.Succeeded = 2;
        Assert.Equal(1, cli.Run("sweep", "-p", "lr=1,2,3", "train.py"));
        Assert.Contains("glovebox sweep --resume 5555aaaa6666", cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sweep --resume 5555 --jobs 2", "5555", false)]
    [InlineData("sweep --resume=5555", "5555", false)]
    [InlineData("sweep -p lr=1,2 --resume -- train.py", null, true)]
    [InlineData("sweep -p lr=1,2 --resume train.py", null, true)]
    [InlineData("sweep --resume -p lr=1,2 train.py", null, true)]
    public void Resume_takes_an_id_or_stands_alone(string line, string? id, bool newest)
    {
        using var cli = new Cli();
        Assert.Equal(0, cli.Run(line.Split(' ')));
        Assert.Equal((id, newest), (cli.Features.Experiments.Sweep!.Resume, cli.Features.Experiments.Sweep.ResumeNewest));
        if (newest) Assert.Equal(["train.py"], cli.Features.Experiments.Sweep.Run.Command);
    }

    [Fact]
    public void Bisect_names_the_changes_with_their_patches()
    {
        using var cli = new Cli();
        cli.Variables["TOKEN"] = "t";
        Assert.Equal(0, cli.Run("bisect", "aaaa", "bbbb", "--secret", "TOKEN", "--", "sh", "-c", "exit 0"));
        var asked = cli.Features.Experiments.Bisect!;
        Assert.Equal(("aaaa", "bbbb", "t"), (asked.Good, asked.Bad, asked.Secrets["TOKEN"]));
        Assert.Equal(["sh", "-c", "exit 0"], asked.Check);
        Assert.Contains("2 changes of 4 made the difference", cli.Output, StringComparison.Ordinal);
        Assert.Contains("param lr\n    - 0.1\n    + 0.5", cli.Output, StringComparison.Ordinal);
        Assert.Contains("code a.py\n    --- a/a.py", cli.Output, StringComparison.Ordinal);
        Assert.Contains("the good run again", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Helper_prints_the_file()
    {
        using var cli = new Cli();
        Assert.Equal(0, cli.Run("helper", "python"));
        Assert.Equal("import json\n", cli.Output);
    }
}
