using Glovebox.Api.Functions;
using Glovebox.Backends.Oci;
using Glovebox.Backends.Oci.Boxes;
using Glovebox.Environments;
using Glovebox.Functions.Pool;
using Glovebox.Home;
using Glovebox.Tests.Conformance.Suite;

namespace Glovebox.Tests.Conformance.Functions;

/// <summary>A node with instances is killed, and another comes up on its home.</summary>
public sealed class KilledNodeTests
{
    [Fact]
    public async Task Nothing_is_left_of_its_instances()
    {
        using var host = await EngineHostProcess.StartAsync("pool");
        var home = new GloveboxHome(host.Root);
        var left = Assert.Single(Directory.EnumerateDirectories(home.Instances));
        var inits = Directory.EnumerateFiles(left, "handle.json", SearchOption.AllDirectories)
            .Select(handle => BoxPaths.Find(Path.GetDirectoryName(handle)!, BoxHandle.Load(handle)!.Id).InitPid).Select(file => System.Diagnostics.Process.GetProcessById(int.Parse(File.ReadAllText(file).Trim(), System.Globalization.CultureInfo.InvariantCulture))).ToList();
        Assert.Equal(2, inits.Count);
        await host.KillAsync();
        foreach (var init in inits) await init.WaitForExitAsync(TestContext.Current.CancellationToken);

        using var backend = new OciBackend(TimeProvider.System);
        using var box = new TestBox(isolated: true);
        var model = box.Request("true");
        var plan = new FunctionPlan
        {
            Function = "f", Version = 1, RuntimeKey = "r", Code = Path.Combine(host.Root, "code"), Path = "/ws", Contract = ContractKind.Python, Handler = "main.handle",
            Environment = new PreparedEnvironment("host", "", "", model.Root.Layers, [.. model.Mounts.OfType<Glovebox.Execution.BindMount>()], model.Environment, "/", User: null),
        };
        await using var pool = new FunctionPool(backend, home, TimeProvider.System);
        var reply = await pool.CallAsync(plan, new CallRequest("c", "", "1"u8.ToArray()), TestContext.Current.CancellationToken);
        Assert.True(reply.Status == CallStatus.Done, reply.Error);
        Assert.False(Directory.Exists(left));
        Assert.DoesNotContain(Directory.EnumerateDirectories("/sys/fs/cgroup", "*", SearchOption.AllDirectories),
            directory => directory.Contains($"-{host.Pid}-", StringComparison.Ordinal));
    }
}
