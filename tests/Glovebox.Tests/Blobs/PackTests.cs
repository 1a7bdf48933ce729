using System.Security.Cryptography;
using System.Text;
using Glovebox.Api;
using Glovebox.Blobs;
using Glovebox.Tests.Files;
using Glovebox.Tests.Snapshots;

namespace Glovebox.Tests.Blobs;

/// <summary>Small blobs that share a file.</summary>
public sealed class PackTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryFolder _folder = new();
    private readonly FolderBlobStore _store;

    public PackTests() => _store = Open();

    public void Dispose() => _folder.Dispose();

    /// <summary>As another process would see it.</summary>
    private FolderBlobStore Open(int fewest = 1) => new(_folder["blobs"], fewest);

    private static byte[] Noise(int seed, int size = 3000)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Text(int seed) => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat($"line of {seed}\n", 200)));

    private static BlobId IdOf(byte[] bytes) => BlobId.Of(SHA256.HashData(bytes));

    private List<BlobId> Put(FolderBlobStore store, IEnumerable<byte[]> contents)
    {
        using var batch = store.Batch();
        List<BlobId> ids = [.. contents.Select(content => Put(batch, content))];
        batch.Finish();
        return ids;
    }

    private BlobId Put(IBlobBatch batch, byte[] content)
    {
        var path = _folder[$"in-{Guid.NewGuid():N}"];
        File.WriteAllBytes(path, content);
        using var file = File.OpenHandle(path);
        return batch.PutFile(file, path).Id;
    }

    private string[] Packs() => Directory.Exists(_folder["blobs/packs"]) ? Directory.GetFiles(_folder["blobs/packs"]) : [];

    private long OnDisk() => new DirectoryInfo(_folder["blobs"]).EnumerateFiles("*", SearchOption.AllDirectories)
        .Where(file => file.Name != "removals").Sum(file => file.Length);

    private static HashSet<BlobId> Set(IEnumerable<BlobId> ids) => [.. ids];

    [Fact]
    public void Many_small_files_become_one_and_come_back()
    {
        byte[][] contents = [[], [7], .. Enumerable.Range(0, 100).Select(seed => Noise(seed)), .. Enumerable.Range(0, 100).Select(Text), Noise(1000, ContentCopy.BlockSize - 1)];
        var large = Noise(2000, ContentCopy.BlockSize * 3);
        var ids = Put(_store, [.. contents, large]);
        Assert.Single(Packs());
        Assert.Empty(Directory.GetFiles(_folder["blobs/incoming"]));
        foreach (var store in new[] { _store, Open() })
        {
            for (var i = 0; i < contents.Length; i++)
            {
                Assert.Equal(IdOf(contents[i]), ids[i]);
                Assert.True(store.Contains(ids[i]));
                Assert.Equal(contents[i], store.Read(ids[i]));
                store.Verify(ids[i]);
                using var stream = store.Open(ids[i]);
                Assert.Equal(contents[i].Length, stream.Length);
                store.CopyToFile(ids[i], _folder[$"out-{i}"]);
                Assert.Equal(contents[i], File.ReadAllBytes(_folder[$"out-{i}"]));
                File.Delete(_folder[$"out-{i}"]);
            }
            Assert.Equal(large, store.Read(ids[^1]));
            Assert.Equal(ids.Select(id => id.Hex).Order(), store.List().Select(blob => blob.Id.Hex).Order());
        }
    }

    [Fact]
    public void Text_takes_less_room_than_it_has_bytes_and_noise_hardly_more()
    {
        Put(_store, Enumerable.Range(0, 100).Select(Text));
        Assert.True(OnDisk() < 100 * Text(0).Length / 4);
        var before = OnDisk();
        Put(_store, Enumerable.Range(0, 100).Select(seed => Noise(seed)));
        Assert.InRange(OnDisk() - before, 300_000, 310_000);
    }

    [Fact]
    public void What_is_there_is_not_stored_again()
    {
        _store.Put(Noise(0));
        Put(_store, [Noise(0), Noise(1), Noise(1)]);
        Assert.Equal(2, _store.List().Count());
        Put(Open(), [Noise(0), Noise(1)]);
        Assert.Equal(2, Open().List().Count());
        _store.Put(Noise(1));
        Assert.Equal(2, Open().List().Count());
    }

    [Fact]
    public void A_few_get_files_of_their_own()
    {
        Put(Open(fewest: 3), [Noise(0), Noise(1)]);
        Assert.Empty(Packs());
        Assert.Equal(2, Open().List().Count());
        Put(Open(fewest: 3), [Noise(2), Noise(3), Noise(4)]);
        Assert.Single(Packs());
        Assert.Equal(Noise(2), Open().Read(IdOf(Noise(2))));
    }

    [Fact]
    public void What_another_process_packs_is_found()
    {
        Assert.False(_store.Contains(IdOf(Noise(0))));
        Put(Open(), [Noise(0)]);
        Assert.True(_store.Contains(IdOf(Noise(0))));
        Assert.Equal(Noise(0), _store.Read(IdOf(Noise(0))));
    }

    [Fact]
    public void A_batch_that_is_not_finished_leaves_nothing()
    {
        using (var batch = _store.Batch())
            for (var i = 0; i < 10; i++) Put(batch, Noise(i));
        Assert.Empty(_store.List());
        Assert.Empty(Directory.GetFiles(_folder["blobs/incoming"]));
    }

    [Fact]
    public void Many_threads_and_two_batches_at_once_do_no_harm()
    {
        using (var batch = _store.Batch())
        using (var other = Open().Batch())
        {
            Parallel.For(0, 400, i => Put(i % 2 == 0 ? batch : other, Noise(i % 90)));
            batch.Finish();
            other.Finish();
        }
        Assert.Equal(90, _store.List().Select(blob => blob.Id).Distinct().Count());
        for (var i = 0; i < 90; i++) Assert.Equal(Noise(i), _store.Read(IdOf(Noise(i))));
    }

    [Fact]
    public void Deleting_frees_what_the_list_says_and_harms_no_neighbour()
    {
        var ids = Put(_store, Enumerable.Range(0, 50).Select(seed => Noise(seed)).Concat(Enumerable.Range(0, 50).Select(Text)));
        var reader = Open();
        reader.Read(ids[0]);
        var dead = Set(ids.Where((_, i) => i % 3 == 0));
        var announced = _store.List().Where(blob => dead.Contains(blob.Id)).Sum(blob => blob.Size);
        var (before, stamp) = (OnDisk(), _store.RemovalStamp);

        Open().Delete(dead, None);

        Assert.Equal(announced, before - OnDisk());
        Assert.NotEqual(stamp, _store.RemovalStamp);
        Assert.Single(Packs());
        foreach (var store in new[] { _store, Open() })
        {
            foreach (var id in ids.Where(id => !dead.Contains(id))) store.Verify(id);
        }
        Assert.All(dead, id => Assert.False(Open().Contains(id)));
        // Who has the old file open goes on reading, but knows that it has gone.
        Assert.Equal(Noise(0), reader.Read(ids[0]));
        Assert.False(reader.Contains(ids[0]));
        reader.Put(Noise(0));
        Assert.True(Open().Contains(ids[0]));
        Open().Delete(Set(ids), None);
        Assert.Empty(Packs());
        Assert.Empty(Open().List());
    }

    /// <summary>Killed between the new pack and the removal of the old one: both are there, and the next one ends it.</summary>
    [Fact]
    public void Dying_while_freeing_loses_nothing_and_is_made_good()
    {
        var ids = Put(_store, Enumerable.Range(0, 20).Select(seed => Noise(seed)));
        var old = Assert.Single(Packs());
        File.Copy(old, _folder["old"]);
        var dead = Set(ids.Take(10));
        _store.Delete(dead, None);
        File.Move(_folder["old"], old);
        Assert.Equal(30, Open().List().Count());
        Open().Delete(dead, None);
        Assert.Equal(ids.Skip(10).Select(id => id.Hex).Order(), Open().List().Select(blob => blob.Id.Hex).Order());
        foreach (var id in ids.Skip(10)) Open().Verify(id);
    }

    [Fact]
    public void A_flipped_bit_anywhere_is_found_and_never_read()
    {
        byte[][] contents = [.. Enumerable.Range(0, 4).Select(seed => Noise(seed, 300)), .. Enumerable.Range(0, 4).Select(Text)];
        var ids = Put(_store, contents);
        var path = Assert.Single(Packs());
        var good = File.ReadAllBytes(path);
        File.Delete(path);
        for (var at = 0; at < good.Length; at++)
        {
            byte[] bad = [.. good];
            bad[at] ^= (byte)(1 << at % 8);
            File.WriteAllBytes(path, bad);
            var store = Open();
            var damaged = ids.Count(id => Record.Exception(() => store.Read(id)) is CorruptBlobException or BlobNotFoundException);
            Assert.True(damaged > 0, $"byte {at} of {good.Length} may be anything");
            if (damaged > 1) Assert.Equal(path, Assert.Single(store.DamagedPacks()).Path);
            for (var i = 0; i < ids.Count; i++)
            {
                if (store.Contains(ids[i]) && Record.Exception(() => store.Verify(ids[i])) is null) Assert.Equal(contents[i], store.Read(ids[i]));
            }
            // The same bytes are stored anew where they cannot be found any more.
            if (store.DamagedPacks().Count > 0) Assert.False(store.Contains(ids[0]));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    public void A_pack_cut_short_is_damaged_and_what_is_stored_again_is_there(int left)
    {
        var id = Put(_store, [Noise(0), Noise(1)])[0];
        var path = Assert.Single(Packs());
        var cut = File.ReadAllBytes(path)[..left];
        File.Delete(path);
        File.WriteAllBytes(path, cut);
        var store = Open();
        Assert.Throws<BlobNotFoundException>(() => store.Read(id));
        Assert.Single(store.DamagedPacks());
        Put(store, [Noise(0)]);
        Assert.Equal(Noise(0), store.Read(id));
    }

    [Fact]
    public void On_a_full_disk_what_cannot_be_freed_stays_whole()
    {
        var disk = _folder.Make("disk");
        Assert.SkipUnless(OverlayMount.TryRunInMemory(disk, 1 << 20, () =>
        {
            var store = new FolderBlobStore(Path.Join(disk, "blobs"), 1);
            var ids = Put(store, Enumerable.Range(0, 200).Select(seed => Noise(seed)));
            Assert.Throws<RefusalException>(() => Put(store, Enumerable.Range(200, 200).Select(seed => Noise(seed))));
            Assert.Equal(200, store.List().Count());
            Assert.Throws<RefusalException>(() => store.Delete(Set(ids.Take(1)), None));
            foreach (var id in ids) store.Verify(id);
            store.Delete(Set(ids.Skip(10)), None);
            foreach (var id in ids.Take(10)) store.Verify(id);
            Assert.Equal(10, store.List().Count());
            Assert.Empty(Directory.GetFiles(Path.Join(disk, "blobs/incoming")));
        }), "mounting needs root");
    }
}
