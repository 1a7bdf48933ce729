using Glovebox.Api.Execution;
using Glovebox.Backends.Oci;
using Glovebox.Execution;
using Glovebox.Tests.Conformance.Suite;

namespace Glovebox.Tests.Conformance.Oci;

public sealed class OciBackendTests : BackendSuite
{
    private readonly OciBackend _backend = new(TimeProvider.System);

    protected override IBackend Backend => _backend;

    [Fact]
    public async Task A_fork_bomb_ends_in_its_box()
    {
        var box = NewBox();
        var bomb = box.Request("perl", "-e", "$n++ while defined($p = fork) && ($p || sleep 1000); $| = 1; print qq($n ready); sleep 1000");
        await using var instance = await StartAsync(bomb with { Limits = new Limits(Pids: 60), Grace = TimeSpan.Zero });
        await box.Output.WaitForAsync("ready", TestContext.Current.CancellationToken);
        Assert.InRange(int.Parse(box.Text.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture), 50, 60);
        Assert.Equal(ExecutionState.Cancelled, (await instance.WaitAsync(new CancellationToken(canceled: true))).State);
    }

    public override async ValueTask DisposeAsync()
    {
        _backend.Dispose();
        await base.DisposeAsync();
    }
}
