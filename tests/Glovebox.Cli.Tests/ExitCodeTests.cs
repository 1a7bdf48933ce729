using Glovebox.Api.Execution;

namespace Glovebox.Cli.Tests;

public sealed class ExitCodeTests
{
    [Theory]
    [InlineData(ExecutionState.Succeeded, null, 0, 0)]
    [InlineData(ExecutionState.Running, null, null, 0)]
    [InlineData(ExecutionState.Failed, FailureClass.ExitCode, 3, 3)]
    [InlineData(ExecutionState.Failed, FailureClass.ExitCode, 139, 139)]
    [InlineData(ExecutionState.Failed, FailureClass.OutOfMemory, 137, 137)]
    [InlineData(ExecutionState.Failed, FailureClass.OutOfMemory, null, 137)]
    [InlineData(ExecutionState.Failed, FailureClass.OutOfDisk, 1, 1)]
    [InlineData(ExecutionState.Failed, FailureClass.Start, 127, 127)]
    [InlineData(ExecutionState.Failed, FailureClass.Start, 126, 126)]
    [InlineData(ExecutionState.Failed, FailureClass.Start, null, 125)]
    [InlineData(ExecutionState.Failed, FailureClass.MissingOutput, 0, 1)]
    [InlineData(ExecutionState.TimedOut, FailureClass.Timeout, 143, 124)]
    [InlineData(ExecutionState.Cancelled, FailureClass.Cancelled, 143, 143)]
    [InlineData(ExecutionState.Lost, FailureClass.Lost, null, 125)]
    public void The_code_is_the_commands_own_or_says_what_ended_it(ExecutionState state, FailureClass? failure, int? code, int expected) =>
        Assert.Equal(expected, ExitCode.Of(Sample.Run() with { Status = state, FailureClass = failure, ExitCode = code }));

    [Fact]
    public void Cancelled_by_a_signal_is_that_signals_code() =>
        Assert.Equal(130, ExitCode.Of(Sample.Run() with { Status = ExecutionState.Cancelled }, interrupted: 130));
}
