using System.Text.Json.Nodes;
using Glovebox.Api.Execution;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Tests.Runs;

public sealed class RunTests
{
    [Fact]
    public void Every_option_reaches_the_request()
    {
        using var cli = new Cli { Variables = { ["TOKEN"] = "hush" } };
        var code = cli.Run(
            "run", "-e", "train", "-p", "C=0.5", "-p", "L=[1, 2]", "--set-env", "A=b=c", "--secret", "TOKEN", "-o", "model.pkl", "--network", "host",
            "--memory", "2g", "--cpus", "1.5", "--pids", "256", "--timeout", "10m", "--disk", "10g", "--live", "--backend", "native", "--gpu",
            "-m", "first try", "--tag", "a", "--tag", "b", "train.py");
        Assert.Equal(0, code);
        var request = cli.Features.Runs.Request!;
        Assert.Equal("/here", request.Directory);
        Assert.Equal("train", request.Environment);
        Assert.Equal(["C=0.5", "L=[1, 2]"], request.Params);
        Assert.Equal("b=c", request.Variables["A"]);
        Assert.Equal("hush", request.Secrets["TOKEN"]);
        Assert.Equal(["model.pkl"], request.Outputs);
        Assert.Equal(NetworkMode.Host, request.Network);
        Assert.Equal(new Limits(2L << 30, 1.5, 256, 10L << 30, TimeSpan.FromMinutes(10)), request.Limits);
        Assert.True(request.Live && request.Gpu && !request.Detach && !request.Terminal);
        Assert.Equal("native", request.Backend);
        Assert.Equal("first try", request.Message);
        Assert.Equal(["a", "b"], request.Tags);
    }

    [Fact]
    public void Nothing_given_asks_for_the_defaults()
    {
        using var cli = new Cli();
        Assert.Equal(0, cli.Run("run", "x"));
        var request = cli.Features.Runs.Request!;
        Assert.Null(request.Environment);
        Assert.Equal(Limits.None, request.Limits);
        Assert.Equal((NetworkMode.None, "oci", false), (request.Network, request.Backend, request.Live));
    }

    [Fact]
    public void The_commands_bytes_pass_unchanged_and_the_summary_is_one_line_on_standard_error()
    {
        using var cli = new Cli();
        byte[] bytes = [0xff, 0xfe, 0, (byte)'x'];
        cli.Features.Runs.Command = (streams, _) =>
        {
            streams.Output!.Write(bytes);
            streams.Error!.Write("warning\n"u8);
        };
        Assert.Equal(0, cli.Run("run", "x"));
        Assert.Equal(bytes, cli.OutputBytes);
        Assert.Equal("warning\nglovebox: run 3fa2b81c09de succeeded in 2.4 s, peak memory 182 MiB, 1 output\n", cli.Error);
    }

    [Fact]
    public void Quiet_leaves_the_summary_out()
    {
        using var cli = new Cli();
        Assert.Equal(0, cli.Run("run", "-q", "x"));
        Assert.Equal("", cli.Error);
    }

    [Fact]
    public void Json_prints_the_record_alone_and_the_commands_output_stays_in_its_log()
    {
        using var cli = new Cli();
        Assert.Equal(0, cli.Run("run", "--json", "x"));
        Assert.Null(cli.Features.Runs.Streams!.Output);
        Assert.Null(cli.Features.Runs.Streams.Error);
        var run = JsonNode.Parse(cli.Output)!.AsObject();
        Assert.Equal("3fa2b81c09de", (string?)run["id"]);
        Assert.Equal("", cli.Error);
    }

    [Fact]
    public void A_detached_run_prints_its_id()
    {
        using var cli = new Cli();
        Assert.Equal(0, cli.Run("run", "-d", "x"));
        Assert.True(cli.Features.Runs.Request!.Detach);
        Assert.Equal("3fa2b81c09de\n", cli.Output);
    }

    [Fact]
    public void A_failed_run_ends_with_the_commands_code_and_says_where_its_outputs_are()
    {
        using var cli = new Cli();
        cli.Features.Runs.Run = Sample.Run() with { Status = ExecutionState.Failed, FailureClass = FailureClass.ExitCode, ExitCode = 3, Applied = false };
        Assert.Equal(3, cli.Run("run", "x"));
        Assert.Contains("failed (exit code 3)", cli.Error);
        Assert.Contains("glovebox runs outputs 3fa2b81c09de --to DIR", cli.Error);
    }

    [Fact]
    public void When_the_reader_goes_away_the_run_is_cancelled()
    {
        using var cli = new Cli { OutputStream = new ClosedPipe() };
        cli.Features.Runs.Command = (streams, cancellation) =>
        {
            streams.Output!.Write("a"u8);
            // The token fires on another thread; the second write must be harmless whenever that is.
            cancellation.WaitHandle.WaitOne();
            streams.Output.Write("b"u8);
        };
        Assert.Equal(ExitCode.BrokenPipe, cli.Run("run", "yes"));
    }

    [Fact]
    public void Ctrl_C_cancels_and_the_code_says_so()
    {
        using var cli = new Cli();
        cli.Features.Runs.Command = (_, cancellation) =>
        {
            cli.Interrupts.Raise(2);
            cancellation.WaitHandle.WaitOne();
        };
        Assert.Equal(130, cli.Run("run", "x"));
        Assert.Contains("cancelled", cli.Error);
    }

    [Fact]
    public void A_full_disk_behind_standard_output_does_not_end_the_run_but_is_told()
    {
        using var cli = new Cli { OutputStream = new FullDisk() };
        cli.Features.Runs.Command = (streams, _) => streams.Output!.Write("a"u8);
        Assert.Equal(ExitCode.Unable, cli.Run("run", "x"));
        Assert.Contains("No space left", cli.Error);
    }

    private sealed class ClosedPipe : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new BrokenPipeException();
    }

    private sealed class FullDisk : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("cannot write to standard output: No space left on device", 28);
    }
}
