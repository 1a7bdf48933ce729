using Glovebox.Api.Execution;
using Glovebox.Execution;

namespace Glovebox.Tests.Conformance.Suite;

public abstract partial class BackendSuite
{
    private const long SmallMemory = 48 << 20;

    [Fact]
    public async Task A_command_that_takes_too_much_memory_ran_out_of_memory()
    {
        Needs(c => c.Limits, "limits");
        Assert.SkipWhen(BlindToMemory is not null, BlindToMemory ?? "");
        var request = NewBox().Request("perl", "-e", "$x = 'x' x (200 << 20); print length $x");
        var outcome = await RunAsync(request with { Limits = new Limits(MemoryBytes: SmallMemory) });
        Assert.Equal(FailureClass.OutOfMemory, outcome.Failure);
        Assert.Equal(ExecutionState.Failed, outcome.State);
        Assert.Contains("48 MiB", outcome.Message);
        if (BlindToUsage is null) Assert.InRange(outcome.Usage.PeakMemoryBytes!.Value, SmallMemory / 2, SmallMemory);
    }

    [Fact]
    public async Task A_command_that_survives_the_kernels_kill_of_a_child_succeeds()
    {
        Needs(c => c.Limits, "limits");
        var request = NewBox().Shell("perl -e '$x = \"x\" x (200 << 20)'; echo $?; exit 0");
        var outcome = await RunAsync(request with { Limits = new Limits(MemoryBytes: SmallMemory) });
        Assert.Equal(ExecutionState.Succeeded, outcome.State);
    }

    [Fact]
    public async Task A_command_killed_by_itself_is_not_out_of_memory()
    {
        Needs(c => c.Limits, "limits");
        var outcome = await RunAsync(NewBox().Shell("kill -9 $$") with { Limits = new Limits(MemoryBytes: SmallMemory) });
        Assert.Equal(FailureClass.ExitCode, outcome.Failure);
        Assert.Equal(137, outcome.ExitCode);
    }

    [Fact]
    public async Task No_more_processes_than_allowed()
    {
        Needs(c => c.Limits, "limits");
        var box = NewBox();
        var request = box.Request("perl", "-e", "$n++ while defined($p = fork) && ($p || sleep 1000); print $n; kill 9, -1");
        await RunAsync(request with { Limits = new Limits(Pids: 12) });
        Assert.InRange(int.Parse(box.Text, System.Globalization.CultureInfo.InvariantCulture), 8, 12 + SpareProcesses);
    }

    [Fact]
    public async Task Half_a_processor_is_half_a_processor()
    {
        Needs(c => c.Limits, "limits");
        // A second of work takes two; the bounds leave room for a busy machine, which only makes it slower.
        var request = NewBox().Request("perl", "-e", "1 while (times)[0] + (times)[1] < 0.5");
        var outcome = await RunAsync(request with { Limits = new Limits(Cpus: 0.5) });
        Assert.InRange(outcome.Duration, TimeSpan.FromSeconds(0.8), TimeSpan.MaxValue);
        if (BlindToUsage is null) Assert.InRange(outcome.Usage.CpuSeconds!.Value, 0.4, 1.5);
    }

    [Fact]
    public async Task Processor_time_and_peak_memory_are_measured()
    {
        Assert.SkipWhen(BlindToUsage is not null, BlindToUsage ?? "");
        var outcome = await RunAsync(NewBox().Request("perl", "-e", "$x = 'x' x (40 << 20); 1 while (times)[0] + (times)[1] < 0.2"));
        Assert.InRange(outcome.Usage.CpuSeconds!.Value, 0.15, 2);
        // Where no cgroup counts, a peak below this program's own cannot be told from it, and is not given.
        if (outcome.Usage.PeakMemoryBytes is { } peak) Assert.InRange(peak, 40 << 20, 200 << 20);
        else Assert.InRange(Environment.WorkingSet, 40 << 20, long.MaxValue);
    }

    [Fact]
    public async Task A_limit_that_cannot_be_enforced_is_refused()
    {
        Assert.SkipWhen(Backend.Capabilities.Limits, $"The backend '{Backend.Name}' enforces limits.");
        foreach (var (limits, name) in new[] { (new Limits(MemoryBytes: SmallMemory), "memory"), (new Limits(Cpus: 1), "cpu") })
        {
            var failure = await FailAsync(NewBox().Shell("true") with { Limits = limits });
            Assert.Equal(125, failure.ExitCode);
            Assert.Contains(name, failure.Message);
        }
    }
}
