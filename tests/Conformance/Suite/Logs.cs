using System.Text;
using Glovebox.Execution;

namespace Glovebox.Tests.Conformance.Suite;

public abstract partial class BackendSuite
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_log_stops_at_its_limit_and_its_command_does_not(bool detached)
    {
        const long limit = 1_000_000;
        if (detached) Needs(capabilities => capabilities.Adoption, "adoption");
        var box = NewBox();
        var request = box.Shell("i=0; while [ $i -lt 300 ]; do head -c 20000 /dev/urandom; i=$((i+1)); done; exit 5") with
        {
            Detached = detached, Streams = new ExecutionStreams(box.Log, LogLimitBytes: limit),
        };
        Assert.Equal(5, (await RunAsync(request)).ExitCode);
        var ending = await LogEnding.CloseAsync(box.Log, limit, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.True(ending.Cut);
        Assert.InRange(ending.OutputBytes, 700_000, limit);
        Assert.Equal(0, ending.ErrorBytes);
        Assert.InRange(new FileInfo(box.Log).Length, limit, limit + 100_000);
        Assert.Equal(Notice(limit), Encoding.UTF8.GetString((await LogAsync(box)).Error));
    }

    internal static string Notice(long limit) => $"glovebox: the log reached its limit of {limit} bytes; what followed is not kept\n";
}
