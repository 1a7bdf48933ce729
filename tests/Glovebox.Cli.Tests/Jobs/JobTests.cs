using System.Text.Json.Nodes;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Cli.Serve;

namespace Glovebox.Cli.Tests.Jobs;

public sealed class JobTests
{
    [Fact]
    public void Every_option_of_submit_reaches_the_queue()
    {
        using var cli = new Cli();
        Assert.Equal(0, cli.Run(
            "job", "submit", "sweep", "--image", "img:1", "--in", "10m", "--retries", "3", "--retry-on", "exit_code=2,out_of_memory=1", "--timeout", "1h", "--grace", "5s",
            "--memory", "2g", "--cpus", "1.5", "--pids", "10", "--disk", "1g", "--priority", "-5", "--key", "k", "--expires", "2h", "--batch", "a=1,2 b=x,y",
            "--parallel", "2", "--set-env", "K=V=W", "--workdir", "/w", "--volume", "/data:/d:ro", "-o", "out.txt", "--network", "host", "--pull", "always",
            "--retry-delay", "10s,1h", "--retry-memory", "1.5,16g", "--add-host", "db:::1", "--metadata", "owner=ann", "--metadata", "n=3", "--webhook", "fails=http://h/?a=b", "--notify", "ann@example.org", "--idempotency-key", "once",
            "--", "run", "{a}", "-x"));
        var (task, spec, options) = cli.Features.Jobs.Submitted!.Value;
        Assert.Equal(("sweep", "img:1", 600.0, "once"), (task, spec.Image, spec.StartIn, options.IdempotencyKey));
        Assert.Equal(["run", "{a}", "-x"], spec.Command);
        Assert.Equal((3, 2, 1), (spec.Retry.Limit, spec.Retry.Classes!["exit_code"], spec.Retry.Classes["out_of_memory"]));
        Assert.Equal((10.0, 3600.0, 1.5, 16L << 30), (spec.Retry.DelaySeconds, spec.Retry.MaxDelaySeconds, spec.Retry.MemoryFactor, spec.Retry.MaxMemoryBytes!.Value));
        Assert.Equal("::1", spec.ExtraHosts["db"]);
        Assert.Equal(new(2L << 30, 1.5, 10, 1L << 30, 3600), spec.Limits);
        Assert.Equal((5.0, -5, "k", cli.Clock.GetUtcNow().AddHours(2), "/w"), (spec.GraceSeconds, spec.Priority, spec.Key, spec.ExpiresAt!.Value, spec.WorkingDirectory));
        Assert.Equal((4, 2), (spec.Array!.Count, spec.Array.Parallelism));
        Assert.Equal(("V=W", new JobVolume("/data", "/d", true), "out.txt"), (spec.Variables["K"], spec.Volumes.Single(), spec.Outputs.Single()));
        Assert.Equal((NetworkMode.Host, PullPolicy.Always), (spec.Network, spec.Pull));
        Assert.Equal("""{"owner":"ann","n":3}""", spec.Metadata.ToJsonString());
        Assert.Equal(("http://h/?a=b", "ann@example.org"), (spec.Webhooks.Fails.Single().Url, spec.Notify.Finishes.Single()));
        Assert.Equal($"{cli.Features.Jobs.Job.Id}\n", cli.Output);
    }

    [Fact]
    public void A_schedule_is_submitted()
    {
        using var cli = new Cli();
        Assert.Equal(0, cli.Run(
            "job", "submit", "n", "-e", "train", "--cron", "0 2 * * *", "--tz", "Europe/Paris", "--overlap", "replace", "--catch-up", "last", "--", "python", "train.py"));
        var spec = cli.Features.Jobs.Submitted!.Value.Spec;
        Assert.Equal(("train", "0 2 * * *", "Europe/Paris", OverlapPolicy.Replace, CatchUpPolicy.Last), (spec.Environment, spec.Cron, spec.TimeZone, spec.Overlap, spec.CatchUp));
    }

    [Theory]
    [InlineData("--overlap", "sometimes", "allow, skip, queue, replace")]
    [InlineData("--array", "5-1", "FROM-TO")]
    [InlineData("--parallel", "2", "--array")]
    [InlineData("--volume", "x", "SOURCE:TARGET")]
    [InlineData("--file", "nowhere", "cannot be read")]
    [InlineData("--at", "soon", "2026-03-01")]
    [InlineData("--priority", "high", "whole number")]
    [InlineData("--retry-delay", "1s,2s,3s", "FIRST,MOST")]
    [InlineData("--retry-memory", "x", "above 0")]
    [InlineData("--add-host", "db", "NAME:ADDRESS")]
    [InlineData("--server", "here", "http://")]
    public void A_wrong_value_is_refused(string option, string value, string named)
    {
        using var cli = new Cli();
        Assert.Equal(2, cli.Run("job", "submit", "t", "--image", "i", option, value, "--", "x"));
        Assert.Contains(named, cli.Error);
        Assert.Null(cli.Features.Jobs.Submitted);
    }

    [Fact]
    public void Submit_and_wait_prints_the_output_and_ends_with_the_commands_code()
    {
        using var cli = new Cli();
        Assert.Equal(3, cli.Run("job", "submit", "t", "--image", "i", "--wait", "--", "x"));
        Assert.Equal("Both\n", cli.Output);
        Assert.Contains("failed", cli.Error);
    }

    [Fact]
    public void The_list_is_a_table()
    {
        using var cli = new Cli();
        Assert.Equal(0, cli.Run("job", "ls", "--task", "t", "--status", "timed_out", "--where", "priority>1", "-n", "7"));
        Assert.Equal(
            """
            ID                                    TASK     STATUS  COMMAND     IMAGE   RUNS  CREATED  NEXT
            0193e5a0-5b1c-7cc3-98c4-dc0c0c07398f  nightly  failed  echo 'a b'  alpine     1  1 h ago

            """,
            cli.Output.Replace("  \n", "\n"));
        Assert.Equal(new JobFilter("t", JobState.TimedOut, "priority>1", Limit: 7), cli.Features.Jobs.Filter);
    }

    [Theory]
    [InlineData("show", 0, "exit code 3")]
    [InlineData("cancel", 0, "")]
    [InlineData("retry", 0, "0193e5a0-aaaa")]
    [InlineData("rm", 0, "0193e5a0-5b1c")]
    [InlineData("wait", 3, "")]
    [InlineData("logs", 0, "Both")]
    public void A_job_is_looked_after(string verb, int code, string printed)
    {
        using var cli = new Cli();
        Assert.Equal(code, cli.Run("job", verb, "0193e5a0-5b1c"));
        Assert.Contains(printed, cli.Output);
        using var none = new Cli();
        Assert.Equal(3, verb is "cancel" or "retry" ? 3 : none.Run("job", verb, "nothing"));
    }

    [Fact]
    public void Logs_of_an_execution_and_of_one_stream_can_be_had()
    {
        using var cli = new Cli();
        Assert.Equal(0, cli.Run("job", "logs", "0193e5a0-aaaa", "--stderr", "-f"));
        Assert.Equal("Stderr\n", cli.Output);
    }

    [Fact]
    public void Schedules_are_looked_after()
    {
        string[][] verbs = [["pause", "0193e5a0"], ["resume", "0193e5a0"], ["trigger", "0193e5a0"], ["show", "0193e5a0"], ["ls"]];
        foreach (var words in verbs) LookAfter(words);
    }

    private static void LookAfter(string[] words)
    {
        using var cli = new Cli();
        cli.Features.Jobs.Job = cli.Features.Jobs.Job with { Schedule = new Schedule("0 2 * * *", "Europe/Paris", default, default, false, new DateTimeOffset(2026, 3, 2, 1, 0, 0, TimeSpan.Zero)) };
        Assert.Equal(0, cli.Run(["schedule", .. words]));
        if (words[0] == "trigger")
        {
            Assert.Equal($"{cli.Features.Jobs.Execution.Id}\n", cli.Output);
            return;
        }

        Assert.Contains("0 2 * * *  Europe/Paris  2026-03-02 01:00:00Z", cli.Output);
    }

    [Fact]
    public void A_preview_is_one_time_a_line()
    {
        using var cli = new Cli();
        Assert.Equal(0, cli.Run("schedule", "preview", "0 * * * *", "--from", "2026-01-01", "-n", "2"));
        Assert.Equal("2026-01-01 01:00:00Z\n2026-01-01 02:00:00Z\n", cli.Output);
    }

    [Fact]
    public void Top_is_one_table_where_there_is_no_terminal()
    {
        using var cli = new Cli();
        Assert.Equal(0, cli.Run("top"));
        Assert.StartsWith("3 queued, the oldest for 1 min 30 s; 2 running; 1 waiting for their time\n", cli.Output);
        Assert.DoesNotContain("\e", cli.Output);
    }

    [Fact]
    public void Tokens_are_made_listed_and_taken_back()
    {
        using var made = new Cli();
        Assert.Equal(0, made.Run("token", "create", "--role", "operator", "ci"));
        Assert.Equal("gb_text\n", made.Output);
        Assert.Equal("ci", made.Features.Tokens.Tokens.Single().Name);
        using var listed = new Cli();
        listed.Features.Tokens.Tokens.AddRange(made.Features.Tokens.Tokens);
        Assert.Equal(0, listed.Run("token", "ls", "--json"));
        Assert.Equal("operator", (string)JsonNode.Parse(listed.Output)![0]!["role"]!);
        using var removed = new Cli();
        removed.Features.Tokens.Tokens.AddRange(made.Features.Tokens.Tokens);
        Assert.Equal(0, removed.Run("token", "rm", "ci"));
        Assert.Empty(removed.Features.Tokens.Tokens);
        using var refused = new Cli();
        Assert.Equal(3, refused.Run("token", "rm", "ci"));
        Assert.Equal(2, refused.Run("token", "create", "--role", "king"));
        Assert.Equal(2, refused.Run("token", "create"));
    }

    [Fact]
    public void Serve_says_where_it_listens()
    {
        using var cli = new Cli();
        Assert.Equal(0, cli.Run("serve", "--urls", "http://127.0.0.1:0,http://[::1]:0", "--store", "postgres:Host=db", "--executions", "3", "--config", "s.yaml"));
        Assert.Equal("glovebox: listening on http://127.0.0.1:4567\n", cli.Error);
        var request = cli.Features.Serve.Request!;
        Assert.Equal(["http://127.0.0.1:0", "http://[::1]:0"], request.Urls);
        Assert.Equal(("Host=db", 3, "/here/s.yaml"), (request.Postgres, request.Executions!.Value, request.Config));
        Assert.Equal(2, cli.Run("serve", "--store", "mysql"));
        Assert.Null(ServeCommand.Postgres("sqlite"));
    }
}
