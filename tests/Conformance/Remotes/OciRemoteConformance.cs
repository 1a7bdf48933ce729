using System.Text;
using Glovebox.Sharing.Remotes;
using Glovebox.Sharing.Remotes.Oci;
using Glovebox.Tests.Conformance.Docker;

namespace Glovebox.Tests.Conformance.Remotes;

public sealed class OciRemoteConformance : RemoteSuite
{
    private TestRegistry? _registry;

    protected override IRemote Connect() => new OciRemotes().Open(new Uri($"oci://{_registry!.Host}/lab/iris"));

    protected override async ValueTask PrepareAsync() => _registry = await TestRegistry.StartAsync(open: true);

    protected override ValueTask CleanAsync() => _registry?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>More than one manifest may hold: the registry knows of every object by some manifest, or its garbage collection would take it.</summary>
    [Fact]
    public async Task A_record_of_very_many_objects_is_an_index_of_manifests()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var remote = Connect();
        var piece = await PutAsync(remote, "held"u8.ToArray());
        var name = new RecordName(RecordKind.Run, "feedfacef00d");

        // The registry checks that what a manifest names is there, and not that it is named once.
        await remote.PutAsync(name, "{}"u8.ToArray(), [.. Enumerable.Repeat(new Held(piece, 4), 20_001)], stop);

        Assert.Equal("{}"u8.ToArray(), await remote.FindAsync(name, stop));
        Assert.Equal([name.Id], await remote.ListAsync(RecordKind.Run, stop));
    }

    [Fact]
    public async Task A_record_cannot_appear_before_what_it_holds()
    {
        await using var remote = Connect();
        var missing = IdOf(Encoding.ASCII.GetBytes("nowhere"));

        await RefusalAsync(() => remote.PutAsync(new RecordName(RecordKind.Run, "feedfacef00d"), "{}"u8.ToArray(), [new Held(missing, 7)], TestContext.Current.CancellationToken));

        Assert.Empty(await remote.ListAsync(RecordKind.Run, TestContext.Current.CancellationToken));
    }
}
