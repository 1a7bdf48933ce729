using Glovebox.Blobs;
using Glovebox.Garbage;
using Glovebox.Home;

namespace Glovebox.Tests.Garbage;

public sealed class TemporaryCollectorTests : IDisposable
{
    private static readonly HashSet<string> None = [];
    private readonly GloveboxHome _home = new(Directory.CreateTempSubdirectory("glovebox-gc-").FullName);

    public void Dispose() => Directory.Delete(_home.Root, recursive: true);

    [Fact]
    public void Only_blobs_that_were_abandoned_long_ago_are_removed()
    {
        var store = new FolderBlobStore(_home.Blobs);
        var whole = store.Put("x"u8);
        var written = Path.Combine(_home.IncomingBlobs, "written");
        var left = Path.Combine(_home.IncomingBlobs, "left");
        File.WriteAllText(written, "12345");
        File.WriteAllText(left, "12345");
        File.SetLastWriteTimeUtc(left, TimeProvider.System.GetUtcNow().UtcDateTime - TimeSpan.FromHours(2));

        var found = new TemporaryCollector(_home, TimeProvider.System).Find(new Kept(None, None, None, None, None), CancellationToken.None).ToList();
        foreach (var thing in found) thing.Free();

        Assert.Equal(left, Assert.Single(found).Name);
        Assert.False(File.Exists(left));
        Assert.True(File.Exists(written));
        Assert.True(store.Contains(whole));
    }
}
