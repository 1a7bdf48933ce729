using System.Diagnostics;
using Glovebox.Blobs;
using Glovebox.Files;
using Glovebox.Home;
using Glovebox.Snapshots;
using Glovebox.Snapshots.Capturing;
using Microsoft.Win32.SafeHandles;

namespace Glovebox.Tests.Snapshots;

public sealed class CaptureTests
{
    /// <summary>The machine's clock, ahead: every file of the test is then old enough to be remembered.</summary>
    private sealed class Later : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromHours(1);
    }

    /// <summary>Counts the files that are read.</summary>
    private sealed class CountingStore(IBlobStore inner) : IBlobStore
    {
        private int _read;

        public int Read => _read;

        public Task<BlobId> PutAsync(Stream content, CancellationToken cancellation) => inner.PutAsync(content, cancellation);

        public BlobId Put(ReadOnlySpan<byte> content) => inner.Put(content);

        public BlobId PutFile(string path) => inner.PutFile(path);

        public StoredBlob PutFile(SafeFileHandle file, string path, BlobId? expected = null)
        {
            Interlocked.Increment(ref _read);
            return inner.PutFile(file, path, expected);
        }

        public bool Contains(BlobId id) => inner.Contains(id);

        public string? RemovalStamp => inner.RemovalStamp;

        public void CopyToFile(BlobId id, string path) => inner.CopyToFile(id, path);

        public void CopyTo(BlobId id, SafeFileHandle file, string path) => inner.CopyTo(id, file, path);

        byte[] IBlobStore.Read(BlobId id) => inner.Read(id);

        public string PathOf(BlobId id) => inner.PathOf(id);

        public IEnumerable<(BlobId Id, long Size)> List() => inner.List();

        public void Delete(IReadOnlySet<BlobId> ids, CancellationToken cancellation) => inner.Delete(ids, cancellation);

        public IBlobBatch Batch() => new CountingBatch(this, inner.Batch());

        private sealed class CountingBatch(CountingStore store, IBlobBatch batch) : IBlobBatch
        {
            public StoredBlob PutFile(SafeFileHandle file, string path)
            {
                Interlocked.Increment(ref store._read);
                return batch.PutFile(file, path);
            }

            public void Finish() => batch.Finish();

            public void Dispose() => batch.Dispose();
        }
    }

    private static (TreesFixture Fixture, CountingStore Store, Trees Trees) Counted(TimeProvider time)
    {
        var fixture = new TreesFixture(time);
        var store = new CountingStore(fixture.Blobs);
        return (fixture, store, new Trees(store, fixture.Home, time));
    }

    [Fact]
    public void Unchanged_files_are_not_read_again()
    {
        var (fixture, store, trees) = Counted(new Later());
        using var _ = fixture;
        for (var i = 0; i < 600; i++) fixture.Write($"flat/{i}", $"{i}");
        var first = trees.Capture(fixture.Root, CancellationToken.None);
        Assert.Equal(600, store.Read);
        Assert.Equal(first.Id, trees.Capture(fixture.Root, CancellationToken.None).Id);
        Assert.Equal(600, store.Read);
        fixture.Write("flat/7", "new");
        Assert.NotEqual(first.Id, trees.Capture(fixture.Root, CancellationToken.None).Id);
        Assert.Equal(601, store.Read);
    }

    [Fact]
    public void A_file_written_again_within_one_tick_of_the_clock_is_seen()
    {
        using var fixture = new TreesFixture();
        for (var i = 0; i < 200; i++)
        {
            fixture.Write("racy", $"{i:d4}");
            var tree = fixture.Capture();
            fixture.Write("racy", $"{i:x4}!"[..4]);
            var then = File.GetLastWriteTimeUtc(Path.Join(fixture.Root, "racy"));
            fixture.Write("racy", $"{i:d3}x");
            File.SetLastWriteTimeUtc(Path.Join(fixture.Root, "racy"), then);
            Assert.NotEqual(tree.Id, fixture.Capture().Id);
        }
    }

    [Fact]
    public void A_blob_that_is_gone_is_stored_again()
    {
        using var fixture = new TreesFixture(new Later());
        fixture.Write("file", "content");
        var blob = fixture.Capture().Entries[0].Blob!.Value;
        fixture.Blobs.Delete(new HashSet<BlobId> { blob }, CancellationToken.None);
        fixture.Capture();
        Assert.Equal("content"u8, fixture.Blobs.Read(blob));
    }

    [Fact]
    public void A_store_made_anew_is_filled_again()
    {
        using var fixture = new TreesFixture(new Later());
        fixture.Write("file", "content");
        var tree = fixture.Capture();
        FolderRemoval.Remove(fixture.Home.Blobs);
        fixture.Capture();
        fixture.Capture();
        Assert.Equal(Listing.Of(fixture.Root), Listing.Of(fixture.Restore(tree)));
    }

    [Fact]
    public void A_damaged_cache_is_dropped_wherever_it_is_damaged()
    {
        using var fixture = new TreesFixture(new Later());
        fixture.Write("a", "one");
        fixture.Write("b", "two");
        var tree = fixture.Capture();
        var file = StatCache.FileOf(fixture.Home.Cache, fixture.Root);
        var good = File.ReadAllBytes(file);
        for (var i = 0; i < good.Length; i += 5)
        {
            var bad = good.ToArray();
            bad[i] ^= 0x55;
            File.WriteAllBytes(file, bad);
            Assert.Equal(tree.Id, fixture.Capture().Id);
            File.WriteAllBytes(file, good[..i]);
            Assert.Equal(tree.Id, fixture.Capture().Id);
        }
    }

    [Fact]
    public void Sockets_and_pipes_are_passed_over_and_setuid_is_dropped()
    {
        using var fixture = new TreesFixture();
        fixture.Write("file", "x");
        File.SetUnixFileMode(Path.Join(fixture.Root, "file"), (UnixFileMode)0xDED);
        using var mkfifo = Process.Start("mkfifo", Path.Join(fixture.Root, "pipe"));
        mkfifo.WaitForExit();
        Assert.Equal([("file", 0x1ED)], fixture.Capture().Entries.Select(entry => (entry.Path, entry.Mode)));
    }

    [Fact]
    public void Our_own_home_in_the_tree_is_no_part_of_it()
    {
        using var fixture = new TreesFixture();
        fixture.Write("file", "x");
        var home = new GloveboxHome(Path.Join(fixture.Root, ".glovebox"));
        var trees = new Trees(new FolderBlobStore(home.Blobs), home, TimeProvider.System);
        Directory.CreateDirectory(home.Root);
        trees.Capture(fixture.Root, CancellationToken.None);
        Assert.Equal(["file"], trees.Capture(fixture.Root, CancellationToken.None).Entries.Select(entry => entry.Path));
    }

    [Fact]
    public async Task Captures_at_once_of_a_tree_in_motion_are_each_of_what_was_there()
    {
        using var fixture = new TreesFixture();
        using var stop = new CancellationTokenSource();
        fixture.Write("d/file", "x");
        var writer = Task.Run(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                Directory.CreateDirectory(Path.Join(fixture.Root, $"d{i % 5}/e"));
                File.WriteAllText(Path.Join(fixture.Root, $"d{i % 5}/e/file"), $"{i}");
                FolderRemoval.Remove(Path.Join(fixture.Root, $"d{(i + 2) % 5}"));
            }
        });
        var count = 0;
        Parallel.For(0, 40, i =>
        {
            var tree = fixture.Capture();
            Assert.Contains(tree.Entries, entry => entry.Path == "d/file");
            Assert.Equal(tree.Entries, fixture.Trees.Load(tree.Id).Entries);
            fixture.Restore(tree, $"restored{Interlocked.Increment(ref count)}");
        });
        await stop.CancelAsync();
        await writer;
    }

    [Fact]
    public void A_missing_root_is_named()
    {
        using var fixture = new TreesFixture();
        var failure = Assert.Throws<UnreadableTreeException>(() => fixture.Trees.Capture("/no/such/root", CancellationToken.None));
        Assert.Equal("/no/such/root", failure.Path);
    }

    [Fact]
    public void Cancelling_stops_it()
    {
        using var fixture = new TreesFixture();
        fixture.Write("file", "x");
        Assert.ThrowsAny<OperationCanceledException>(() => fixture.Trees.Capture(fixture.Root, new CancellationToken(canceled: true)));
    }
}
