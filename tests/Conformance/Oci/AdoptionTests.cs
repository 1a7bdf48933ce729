using Glovebox.Api.Execution;
using Glovebox.Backends.Oci;
using Glovebox.Backends.Oci.Boxes;
using Glovebox.Execution;
using Glovebox.Tests.Conformance.Suite;

namespace Glovebox.Tests.Conformance.Oci;

/// <summary>Boxes whose engine is killed.</summary>
public sealed class AdoptionTests : IDisposable
{
    private readonly OciBackend _backend = new(TimeProvider.System);

    public void Dispose() => _backend.Dispose();

    [Fact]
    public async Task A_detached_box_goes_on_and_its_end_is_known()
    {
        using var host = await EngineHostProcess.StartAsync("detached", "echo ready; while [ ! -e /tmp/go ]; do sleep 0.05; done; printf done; exit 7");
        await host.KillAsync();
        await using var instance = await AdoptAsync(host, detached: true);
        var init = InitOf(host);
        File.WriteAllText($"/proc/{init}/root/tmp/go", "");
        var outcome = await instance!.WaitAsync(CancellationToken.None);
        Assert.Equal(7, outcome.ExitCode);
        Assert.Equal(FailureClass.ExitCode, outcome.Failure);
        Assert.Equal("ready\ndone", await TextAsync(host));
        Assert.NotNull(outcome.Usage.CpuSeconds);
    }

    [Fact]
    public async Task A_detached_box_that_ended_meanwhile_is_adopted_with_its_outcome()
    {
        using var host = await EngineHostProcess.StartAsync("detached", "exit 0");
        await host.KillAsync();
        await using var instance = await AdoptAsync(host, detached: true);
        Assert.Equal(ExecutionState.Succeeded, (await instance!.WaitAsync(CancellationToken.None)).State);
    }

    [Fact]
    public async Task An_adopted_box_can_be_cancelled()
    {
        using var host = await EngineHostProcess.StartAsync("detached", "sleep 1000");
        await host.KillAsync();
        await using var instance = await AdoptAsync(host, detached: true);
        var outcome = await instance!.WaitAsync(new CancellationToken(canceled: true));
        Assert.Equal(ExecutionState.Cancelled, outcome.State);
        await using var second = await AdoptAsync(host, detached: true);
        Assert.Equal(ExecutionState.Cancelled, (await second!.WaitAsync(CancellationToken.None)).State);
    }

    [Fact]
    public async Task The_deadline_holds_when_no_engine_is_there()
    {
        using var host = await EngineHostProcess.StartAsync("detached", "trap '' TERM; while :; do sleep 1000; done", "0.5");
        await host.KillAsync();
        await using var instance = await AdoptAsync(host, detached: true);
        var outcome = await instance!.WaitAsync(CancellationToken.None);
        Assert.Equal(ExecutionState.TimedOut, outcome.State);
    }

    [Fact]
    public async Task A_detached_box_whose_monitor_is_killed_is_lost_and_leaves_nothing()
    {
        using var host = await EngineHostProcess.StartAsync("detached", "sleep 1000");
        await host.KillAsync();
        var init = InitOf(host);
        var monitor = int.Parse(File.ReadAllText(BoxPaths.Find(host.State, host.Id).MonitorPid).Trim(), System.Globalization.CultureInfo.InvariantCulture);
        System.Diagnostics.Process.GetProcessById(monitor).Kill();
        await using (var instance = await AdoptAsync(host, detached: true))
            Assert.Equal(ExecutionState.Lost, (await instance!.WaitAsync(CancellationToken.None)).State);
        Assert.False(Runs(init));
        Assert.Null(await AdoptAsync(host, detached: true));
    }

    [Fact]
    public async Task An_attached_box_dies_with_its_engine_and_is_lost()
    {
        using var host = await EngineHostProcess.StartAsync("attached", "echo ready; sleep 1000");
        var init = InitOf(host);
        using var box = System.Diagnostics.Process.GetProcessById(init);
        await host.KillAsync();
        await box.WaitForExitAsync(TestContext.Current.CancellationToken);
        await using (var instance = await AdoptAsync(host, detached: false))
        {
            var outcome = await instance!.WaitAsync(CancellationToken.None);
            Assert.Equal(ExecutionState.Lost, outcome.State);
            Assert.Equal(FailureClass.Lost, outcome.Failure);
        }
        Assert.False(Directory.Exists(host.State));
        Assert.DoesNotContain(Directory.EnumerateDirectories("/sys/fs/cgroup", "*", SearchOption.AllDirectories),
            directory => directory.Contains($"-{host.Pid}-", StringComparison.Ordinal));
    }

    private Task<IInstance?> AdoptAsync(EngineHostProcess host, bool detached) =>
        _backend.AdoptAsync(new InstanceHandle("oci", host.Id, host.State, detached), TestContext.Current.CancellationToken);

    // One that nobody has reaped yet runs no more.
    private static bool Runs(int pid) =>
        File.Exists($"/proc/{pid}/status") && !File.ReadAllText($"/proc/{pid}/status").Contains("State:\tZ", StringComparison.Ordinal);

    private static int InitOf(EngineHostProcess host) =>
        int.Parse(File.ReadAllText(BoxPaths.Find(host.State, host.Id).InitPid).Trim(), System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<string> TextAsync(EngineHostProcess host)
    {
        using var output = new MemoryStream();
        await ExecutionLog.CopyAsync(host.Log, 0, output, null, TestContext.Current.CancellationToken);
        return System.Text.Encoding.UTF8.GetString(output.ToArray());
    }
}
