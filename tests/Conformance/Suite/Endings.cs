using Glovebox.Api.Execution;
using Glovebox.Execution;

namespace Glovebox.Tests.Conformance.Suite;

public abstract partial class BackendSuite
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(42)]
    [InlineData(255)]
    public async Task The_exit_code_is_the_commands_own(int code)
    {
        var outcome = await RunAsync(NewBox().Shell($"exit {code}"));
        Assert.Equal(code, outcome.ExitCode);
        Assert.Equal(code == 0 ? ExecutionState.Succeeded : ExecutionState.Failed, outcome.State);
        Assert.Equal(code == 0 ? null : FailureClass.ExitCode, outcome.Failure);
        Assert.True(outcome.Duration > TimeSpan.Zero);
    }

    [Theory]
    [InlineData("KILL", 137)]
    [InlineData("TERM", 143)]
    [InlineData("SEGV", 139)]
    public async Task A_command_ended_by_a_signal_of_its_own_failed_with_128_and_the_signal(string signal, int code)
    {
        var outcome = await RunAsync(NewBox().Shell($"kill -{signal} $$"));
        Assert.Equal(code, outcome.ExitCode);
        Assert.Equal(FailureClass.ExitCode, outcome.Failure);
    }

    [Fact]
    public async Task A_deadline_ends_the_command_as_timed_out()
    {
        var request = NewBox().Shell("sleep 1000");
        var outcome = await RunAsync(request with { Limits = new Limits(Timeout: TimeSpan.FromMilliseconds(300)) });
        Assert.Equal(ExecutionState.TimedOut, outcome.State);
        Assert.Equal(FailureClass.Timeout, outcome.Failure);
        Assert.Contains("0.3 s", outcome.Message);
    }

    [Fact]
    public async Task A_cancelled_command_is_cancelled_even_when_it_handles_the_signal_and_succeeds()
    {
        var box = NewBox();
        var outcome = await CancelAsync(box, box.Shell("trap 'exit 0' TERM; echo ready; while :; do sleep 1000 & wait; done"));
        Assert.Equal(ExecutionState.Cancelled, outcome.State);
        Assert.Equal(FailureClass.Cancelled, outcome.Failure);
        Assert.Equal(0, outcome.ExitCode);
    }

    [Fact]
    public async Task A_command_that_handles_no_signal_ends_with_the_first()
    {
        var box = NewBox();
        var outcome = await CancelAsync(box, box.Shell("echo ready; exec sleep 1000"));
        Assert.Equal(ExecutionState.Cancelled, outcome.State);
        Assert.Equal(143, outcome.ExitCode);
    }

    [Fact]
    public async Task A_command_that_ignores_the_signal_is_killed_after_the_grace()
    {
        var box = NewBox();
        var request = box.Shell("trap '' TERM; echo ready; while :; do sleep 1000; done");
        var outcome = await CancelAsync(box, request with { Grace = TimeSpan.FromMilliseconds(200) });
        Assert.Equal(ExecutionState.Cancelled, outcome.State);
        Assert.Equal(137, outcome.ExitCode);
    }

    [Fact]
    public async Task Cancelling_after_the_end_changes_nothing()
    {
        await using var instance = await StartAsync(NewBox().Shell("exit 3"));
        await instance.WaitAsync(CancellationToken.None);
        var outcome = await instance.WaitAsync(new CancellationToken(canceled: true));
        Assert.Equal(ExecutionState.Failed, outcome.State);
    }

    [Fact]
    public async Task Twenty_at_once_do_not_disturb_each_other()
    {
        var boxes = Enumerable.Range(0, 20).Select(_ => NewBox()).ToList();
        var outcomes = await Task.WhenAll(boxes.Select((box, i) => RunAsync(box.Shell($"echo {i}; exit {i}"))));
        Assert.Equal(Enumerable.Range(0, 20), outcomes.Select(outcome => outcome.ExitCode!.Value));
        Assert.All(boxes.Select((box, i) => (box, i)), pair => Assert.Equal(pair.i + "\n", pair.box.Text));
    }

    private async Task<Outcome> CancelAsync(TestBox box, ExecutionRequest request)
    {
        await using var instance = await StartAsync(request);
        using var cancel = new CancellationTokenSource();
        var waiting = instance.WaitAsync(cancel.Token);
        await box.Output.WaitForAsync("ready\n", TestContext.Current.CancellationToken);
        await cancel.CancelAsync();
        return await waiting;
    }
}
