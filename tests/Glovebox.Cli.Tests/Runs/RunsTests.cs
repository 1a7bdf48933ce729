using System.Text.Json.Nodes;
using Glovebox.Api.Runs;

namespace Glovebox.Cli.Tests.Runs;

public sealed class RunsTests
{
    [Fact]
    public void The_list_is_a_table()
    {
        using var cli = new Cli();
        Assert.Equal(0, cli.Run("runs", "ls"));
        Assert.Equal(
            """
            ID            STATUS     COMMAND                ENV    STARTED   TIME  PARAMS  METRICS           TAGS
            3fa2b81c09de  succeeded  train.py --name 'a b'  train  1 h ago  2.4 s  C=0.5   accuracy=0.97368  night

            """,
            cli.Output);
    }

    [Fact]
    public void On_a_terminal_a_row_fits_its_width()
    {
        using var cli = new Cli { Width = 90 };
        Assert.Equal(0, cli.Run("runs", "ls"));
        Assert.All(cli.Output.Split('\n'), line => Assert.True(line.Length <= 90, line));
        Assert.Contains("…", cli.Output);
    }

    [Fact]
    public void Filters_reach_the_feature()
    {
        using var cli = new Cli();
        Assert.Equal(0, cli.Run(
            "runs", "ls", "--status", "timed_out", "--tag", "t", "--since", "1h", "--where", "metrics.a>1", "--project", "sub", "-n", "5"));
        Assert.Equal(
            new RunFilter("timed_out", "t", cli.Clock.GetUtcNow() - TimeSpan.FromHours(1), "metrics.a>1", "/here/sub", 5), cli.Features.Runs.Filter);
    }

    [Fact]
    public void Json_is_an_array_in_camel_case_with_every_field_and_times_in_utc()
    {
        using var cli = new Cli();
        Assert.Equal(0, cli.Run("runs", "ls", "--json"));
        var run = Assert.Single(JsonNode.Parse(cli.Output)!.AsArray())!.AsObject();
        foreach (var property in typeof(Run).GetProperties())
            Assert.True(run.ContainsKey(char.ToLowerInvariant(property.Name[0]) + property.Name[1..]), property.Name);
        Assert.Equal("2026-03-01T11:00:00.000Z", (string?)run["startedAt"]);
        Assert.Equal("succeeded", (string?)run["status"]);
        Assert.Null(run["failureClass"]);
        Assert.Equal(0.5, (double?)run["params"]!["C"]);
        Assert.Contains("\"a b\"", cli.Output);
    }

    [Fact]
    public void A_run_is_shown_with_the_command_that_repeats_it()
    {
        using var cli = new Cli();
        cli.Features.Runs.Run = Sample.Run() with { Secrets = ["TOKEN"], Error = "evil \e[2J name" };
        Assert.Equal(0, cli.Run("runs", "show", "3fa2"));
        Assert.Contains("glovebox rerun 3fa2b81c09de --secret TOKEN", cli.Output);
        Assert.Contains("python3 train.py --name 'a b'", cli.Output);
        Assert.DoesNotContain("\e", cli.Output);
    }

    [Fact]
    public void A_run_that_is_not_there_is_3()
    {
        using var cli = new Cli();
        Assert.Equal(ExitCode.NotFound, cli.Run("runs", "show", "ffff"));
        Assert.Equal("glovebox: no run 'ffff'\n", cli.Error);
    }

    [Theory]
    [InlineData(new string[0], true, true)]
    [InlineData(new[] { "--stdout" }, true, false)]
    [InlineData(new[] { "--stderr" }, false, true)]
    [InlineData(new[] { "--stdout", "--stderr" }, true, true)]
    public void Logs_are_bytes_on_the_stream_they_came_from(string[] options, bool output, bool error)
    {
        using var cli = new Cli();
        Assert.Equal(0, cli.Run(["runs", "logs", "3fa2", .. options]));
        Assert.Equal(output ? [0xff, 0, (byte)'\n'] : Array.Empty<byte>(), cli.OutputBytes);
        Assert.Equal(error ? "err" : "", cli.Error);
    }

    [Fact]
    public void Outputs_go_to_a_directory_seen_from_where_the_user_stands()
    {
        using var cli = new Cli();
        Assert.Equal(0, cli.Run("runs", "outputs", "3fa2", "--to", "out", "--json"));
        Assert.Equal("/here/out", cli.Features.Runs.OutputsDirectory);
        Assert.Equal("metrics.json", (string?)JsonNode.Parse(cli.Output)![0]!["path"]);
    }

    [Fact]
    public void A_mistyped_id_removes_nothing()
    {
        using var cli = new Cli();
        Assert.Equal(ExitCode.NotFound, cli.Run("runs", "rm", "3fa2", "ffff"));
        Assert.Empty(cli.Features.Runs.Removed);
        Assert.Equal(0, cli.Run("runs", "rm", "3fa2", "b81c"));
        Assert.Equal(["3fa2b81c09de"], cli.Features.Runs.Removed);
    }

    [Fact]
    public void A_difference_shows_both_values_and_patches_as_they_are()
    {
        using var cli = new Cli();
        cli.Features.Runs.Diff = new RunDiff("aaaa", "bbbb",
        [
            new DiffSection("params", [new DiffItem("C", "1", "2")]),
            new DiffSection("code", [new DiffItem("t.py", null, null, "--- a/t.py\n+++ b/t.py\n@@ -1 +1 @@\n-x\n+y\n")]),
        ]);
        Assert.Equal(0, cli.Run("runs", "diff", "aaaa", "bbbb"));
        Assert.Contains("params\n  C\n    - 1\n    + 2\n", cli.Output);
        Assert.Contains("  @@ -1 +1 @@\n  -x\n  +y\n", cli.Output);
    }

    [Theory]
    [InlineData("equal", 0)]
    [InlineData("different", 1)]
    [InlineData("missing", 1)]
    [InlineData("new", 1)]
    public void Verify_says_each_verdict_and_ends_with_1_on_any_difference(string verdict, int code)
    {
        using var cli = new Cli();
        cli.Features.Runs.Comparison = [new OutputComparison("m.json", verdict, "a", "b")];
        Assert.Equal(code, cli.Run("rerun", "3fa2", "--verify", "-p", "C=2"));
        Assert.Equal($"{verdict,-9}  m.json\n", cli.Output);
        Assert.True(cli.Features.Runs.Rerun!.Verify);
        Assert.Equal(["C=2"], cli.Features.Runs.Rerun.Params);
    }
}
