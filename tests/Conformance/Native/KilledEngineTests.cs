using System.Diagnostics;
using System.Globalization;
using Glovebox.Tests.Conformance.Suite;

namespace Glovebox.Tests.Conformance.Native;

/// <summary>Commands without a box, whose engine is killed.</summary>
public sealed class KilledEngineTests : IDisposable
{
    private readonly TestBox _box = new(isolated: false);

    public void Dispose() => _box.Dispose();

    [Fact]
    public async Task A_command_ends_with_its_engine_and_so_does_what_it_started()
    {
        var pipe = Path.Combine(_box.Root, "pids");
        using (var mkfifo = Process.Start("mkfifo", pipe)) await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);
        using var host = await EngineHostProcess.StartAsync("native", $"sleep 1000 & echo $$ $! >'{pipe}'; wait");
        var said = await File.ReadAllTextAsync(pipe, TestContext.Current.CancellationToken);
        var numbers = said.Split(' ').Select(word => int.Parse(word, CultureInfo.InvariantCulture)).ToArray();
        using var command = Process.GetProcessById(numbers[0]);
        using var started = Process.GetProcessById(numbers[1]);
        await host.KillAsync();
        await command.WaitForExitAsync(TestContext.Current.CancellationToken);
        await started.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}
