using Glovebox.Execution;

namespace Glovebox.Tests.Conformance.Suite;

public abstract partial class BackendSuite
{
    [Theory]
    [InlineData("printf abc", "616263")]
    [InlineData("printf 'a\\r\\nb'", "610d0a62")]
    [InlineData("printf '\\377\\376\\0\\n\\200'", "fffe000a80")]
    [InlineData(":", "")]
    public async Task Output_arrives_byte_for_byte(string program, string hex)
    {
        var box = NewBox();
        await RunAsync(box.Shell(program));
        Assert.Equal(hex, Convert.ToHexStringLower(box.Output.ToArray()));
        Assert.Equal(hex, Convert.ToHexStringLower((await LogAsync(box)).Output));
    }

    [Fact]
    public async Task Output_and_error_are_kept_apart()
    {
        var box = NewBox();
        await RunAsync(box.Shell("echo out; echo err >&2; printf more"));
        Assert.Equal("out\nmore", box.Text);
        Assert.Equal("err\n"u8.ToArray(), box.Error.ToArray());
        var (output, error) = await LogAsync(box);
        Assert.Equal("out\nmore"u8.ToArray(), output);
        Assert.Equal("err\n"u8.ToArray(), error);
    }

    [Fact]
    public async Task A_gigabyte_of_output_takes_no_memory()
    {
        const long size = 1L << 30;
        var box = NewBox();
        var counting = new CountingStream();
        var request = box.Request("head", "-c", size.ToString(System.Globalization.CultureInfo.InvariantCulture), "/dev/zero");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var allocated = GC.GetTotalAllocatedBytes();
        await RunAsync(request with { Streams = new ExecutionStreams("/dev/null", Output: counting) });
        Assert.Equal(size, counting.Count);
        // Other tests run beside this one and allocate too: what is asked is whether the output was kept, or copied piece by piece.
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, size / 8);
        Assert.InRange(GC.GetTotalAllocatedBytes() - allocated, 0, size - 1);
    }

    [Fact]
    public async Task Without_input_the_command_reads_the_end_of_file()
    {
        var box = NewBox();
        var outcome = await RunAsync(box.Request("cat"));
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal("", box.Text);
    }

    [Fact]
    public async Task A_receiver_that_goes_away_does_not_disturb_the_command()
    {
        var box = NewBox();
        var request = box.Shell("echo one; echo two");
        var outcome = await RunAsync(request with { Streams = new ExecutionStreams(box.Log, Output: new BrokenStream()) });
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal("one\ntwo\n"u8.ToArray(), (await LogAsync(box)).Output);
    }

    internal static async Task<(byte[] Output, byte[] Error)> LogAsync(TestBox box)
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        await ExecutionLog.CopyAsync(box.Log, 0, output, error, TestContext.Current.CancellationToken);
        return (output.ToArray(), error.ToArray());
    }
}
