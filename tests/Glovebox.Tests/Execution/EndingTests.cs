using Glovebox.Api.Execution;
using Glovebox.Execution;

namespace Glovebox.Tests.Execution;

public sealed class EndingTests
{
    [Theory]
    [InlineData(EndReason.None, 0, 0, ExecutionState.Succeeded, null)]
    [InlineData(EndReason.None, 0, 2, ExecutionState.Succeeded, null)]
    [InlineData(EndReason.None, 137, 0, ExecutionState.Failed, FailureClass.ExitCode)]
    [InlineData(EndReason.None, 1, 1, ExecutionState.Failed, FailureClass.OutOfMemory)]
    [InlineData(EndReason.None, null, 0, ExecutionState.Lost, FailureClass.Lost)]
    [InlineData(EndReason.Cancelled, 0, 0, ExecutionState.Cancelled, FailureClass.Cancelled)]
    [InlineData(EndReason.Cancelled, null, 1, ExecutionState.Cancelled, FailureClass.Cancelled)]
    [InlineData(EndReason.Deadline, 143, 1, ExecutionState.TimedOut, FailureClass.Timeout)]
    [InlineData(EndReason.DiskLimit, 137, 0, ExecutionState.Failed, FailureClass.OutOfDisk)]
    public void Who_asked_first_decides_then_the_kernel_then_the_code(
        EndReason reason, int? code, long kills, ExecutionState state, FailureClass? failure)
    {
        var outcome = new Ending
        {
            Reason = reason,
            ExitCode = code,
            OutOfMemoryKills = kills,
            Limits = Limits.None,
            StartedAt = default,
            Duration = TimeSpan.FromSeconds(1),
            Usage = new ResourceUsage(null, null),
        }.Judge();
        Assert.Equal((state, failure, code), (outcome.State, outcome.Failure, outcome.ExitCode));
    }

    [Theory]
    [InlineData(0, "0 bytes")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(64L << 20, "64 MiB")]
    [InlineData(5L << 40, "5 TiB")]
    public void Bytes_are_said_in_words(long bytes, string words) => Assert.Equal(words, Words.Of(bytes));
}
