using Glovebox.Api.Storage;
using Glovebox.Garbage;
using Glovebox.Jobs.Nodes;
using Glovebox.Storage.Sqlite;
using Glovebox.Storage.Sqlite.Runs;
using Glovebox.Storage.Sqlite.Snapshots;
using Glovebox.Tests.Environments;

namespace Glovebox.Tests.Garbage;

public sealed class OpenExecutionsTests : IDisposable
{
    private readonly FakeMachine _machine = new();
    private readonly FakeClock _clock = new(TimeProvider.System.GetUtcNow());

    public void Dispose() => _machine.Dispose();

    /// <summary>A job may run for longer than unused environments are kept.</summary>
    [Fact]
    public async Task What_a_box_stands_on_stays_until_the_box_is_gone()
    {
        _machine.Write("glovebox.yaml", "environments:\n  default:\n    apt: [vim]\n");
        var prepared = await _machine.PrepareAsync();
        var folder = new ExecutionFolder(_machine.Home, Guid.NewGuid().ToString());
        folder.Create("store", overlay: true);
        folder.WriteNeeds(prepared.Digest, prepared.ImageDigest);
        _clock.Advance(TimeSpan.FromDays(400));

        await CollectAsync();
        Assert.All(prepared.Layers, layer => Assert.True(Directory.Exists(layer)));
        Assert.NotEmpty(_machine.Images.List());

        folder.Close([]);
        await CollectAsync();
        Assert.Empty(_machine.Images.Layers.List());
        Assert.Empty(_machine.Images.List());
    }

    private Task<GcReport> CollectAsync()
    {
        var database = new SqliteDatabase(_machine.Home.Database);
        var feature = new GarbageFeature(
            _machine.Home, new SqliteRunStore(database), new SqliteSnapshotStore(database), [new ExecutionKeeper(_machine.Home)],
            [new EnvironmentCollector(_machine.Home, _machine.Images, _machine.Store, _clock)], TimeProvider.System);
        return feature.CollectAsync(new GcRequest(DryRun: false, null, null), _machine, TestContext.Current.CancellationToken);
    }
}
