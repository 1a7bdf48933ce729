using System.Security.Cryptography;
using System.Text;
using Glovebox.Api;
using Glovebox.Blobs;
using Glovebox.Files;
using Glovebox.Tests.Files;
using Glovebox.Tests.Snapshots;

namespace Glovebox.Tests.Blobs;

public sealed class FolderBlobStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FolderBlobStore _store;

    public FolderBlobStoreTests() => _store = new FolderBlobStore(_folder["blobs"]);

    public void Dispose() => _folder.Dispose();

    public static TheoryData<int> Sizes =>
        [0, 1, 100, ContentCopy.BlockSize - 1, ContentCopy.BlockSize, ContentCopy.BlockSize + 1, 3 * ContentCopy.BlockSize + 7];

    private static byte[] Bytes(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Every_way_in_gives_the_same_blob_and_every_way_out_its_bytes(int size)
    {
        var bytes = Bytes(size);
        var expected = new BlobId(Convert.ToHexStringLower(SHA256.HashData(bytes)));
        File.WriteAllBytes(_folder["source"], bytes);
        Assert.Equal(expected, _store.PutFile(_folder["source"]));
        Assert.Equal(expected, _store.Put(bytes));
        Assert.Equal(expected, await _store.PutAsync(new MemoryStream(bytes), CancellationToken.None));
        Assert.Equal(bytes, _store.Read(expected));
        _store.CopyToFile(expected, _folder["copy"]);
        Assert.Equal(bytes, File.ReadAllBytes(_folder["copy"]));
        Assert.Equal([(expected, (long)size)], _store.List());
        Assert.Empty(Directory.EnumerateFiles(_folder["blobs/incoming"]));
    }

    [Fact]
    public void A_blob_is_a_read_only_file_named_by_its_digest()
    {
        var id = _store.Put("x"u8);
        var path = _folder[$"blobs/{id.Hex[..2]}/{id.Hex}"];
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead, File.GetUnixFileMode(path));
    }

    [Fact]
    public void Zeros_become_holes_and_come_back_as_zeros()
    {
        var bytes = new byte[5 * ContentCopy.BlockSize];
        bytes[2 * ContentCopy.BlockSize + 5] = 1;
        File.WriteAllBytes(_folder["source"], bytes);
        var id = _store.PutFile(_folder["source"]);
        Assert.Equal(bytes, _store.Read(id));
        _store.CopyToFile(id, _folder["copy"]);
        Assert.Equal(bytes, File.ReadAllBytes(_folder["copy"]));
    }

    [Fact]
    public void A_flipped_byte_is_found_by_every_reader()
    {
        var bytes = Bytes(ContentCopy.BlockSize * 2);
        var id = _store.Put(bytes);
        bytes[^1] ^= 1;
        Replace(id, bytes);
        Assert.Equal(id, Assert.Throws<CorruptBlobException>(() => _store.Read(id)).Id);
        Assert.Equal(id, Assert.Throws<CorruptBlobException>(() => _store.CopyToFile(id, _folder["copy"])).Id);
        Assert.Equal(["blobs"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_blob_cut_short_by_a_power_failure_is_mended_by_the_next_writer()
    {
        var id = _store.Put("content"u8);
        Replace(id, []);
        Assert.Throws<CorruptBlobException>(() => _store.Read(id));
        Assert.Equal(id, _store.Put("content"u8));
        Assert.Equal("content"u8, _store.Read(id));
    }

    [Fact]
    public void What_is_not_there_is_named()
    {
        var id = new BlobId(new string('a', 64));
        Assert.Equal(id, Assert.Throws<BlobNotFoundException>(() => _store.Read(id)).Id);
        Assert.False(_store.Contains(id));
        _store.Delete(new HashSet<BlobId> { id }, CancellationToken.None);
        Assert.Empty(_store.List());
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("AB")]
    [InlineData("")]
    public void What_is_no_digest_is_no_path(string hex) => Assert.Throws<ArgumentException>(() => _store.Contains(new BlobId(hex)));

    [Fact]
    public void Many_writers_of_the_same_blobs_do_no_harm()
    {
        var contents = Enumerable.Range(0, 20).Select(i => Bytes(i * 20_000)).ToList();
        Parallel.For(0, 200, i => _store.Put(contents[i % 20]));
        Assert.Equal(contents.Select(content => Convert.ToHexStringLower(SHA256.HashData(content))).Order(), _store.List().Select(blob => blob.Id.Hex).Order());
        foreach (var (id, _) in _store.List()) _store.Read(id);
    }

    [Fact]
    public async Task A_file_that_changes_while_it_is_read_is_stored_as_what_was_read()
    {
        var path = _folder["busy"];
        File.WriteAllBytes(path, Bytes(40 * ContentCopy.BlockSize));
        using var stop = new CancellationTokenSource();
        using var started = new ManualResetEventSlim();
        var writer = Task.Run(() =>
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                RandomAccess.Write(file, Bytes(i % 5000), i * 7919L % (40 * ContentCopy.BlockSize));
                started.Set();
            }
        });
        started.Wait(CancellationToken.None);
        for (var i = 0; i < 10; i++)
        {
            var id = _store.PutFile(path);
            Assert.Equal(id.Hex, Convert.ToHexStringLower(SHA256.HashData(_store.Read(id))));
        }
        await stop.CancelAsync();
        await writer;
    }

    [Fact]
    public void A_file_expected_to_be_stored_is_only_read()
    {
        var bytes = Bytes(3 * ContentCopy.BlockSize);
        File.WriteAllBytes(_folder["file"], bytes);
        var id = _store.PutFile(_folder["file"]);
        using var file = File.OpenHandle(_folder["file"]);
        Assert.Equal(new StoredBlob(id, bytes.Length), _store.PutFile(file, "file", expected: id));
        using var again = File.OpenHandle(_folder["file"]);
        var other = _store.Put("other"u8);
        Assert.Equal(new StoredBlob(id, bytes.Length), _store.PutFile(again, "file", expected: other));
    }

    [Fact]
    public void A_full_disk_is_refused_with_the_mend_and_leaves_nothing()
    {
        var disk = _folder.Make("disk");
        Assert.SkipUnless(OverlayMount.TryRunInMemory(disk, 1 << 20, () =>
        {
            var store = new FolderBlobStore(Path.Join(disk, "blobs"));
            var kept = store.Put("kept"u8);
            File.WriteAllBytes(_folder["large"], Bytes(3 << 20));
            var refusal = Assert.Throws<RefusalException>(() => store.PutFile(_folder["large"]));
            Assert.Equal(RefusalKind.Unable, refusal.Kind);
            Assert.Contains($"{3 << 20} bytes are needed", refusal.Message);
            Assert.Contains(disk, refusal.Message);
            Assert.Contains("glovebox gc", refusal.Message);
            Assert.Empty(Directory.EnumerateFiles(Path.Join(disk, "blobs/incoming")));
            Assert.Equal([(kept, 4L)], store.List());
            Assert.Throws<RefusalException>(() => store.Put(Bytes(3 << 20)));
        }), "mounting needs root");
    }

    private void Replace(BlobId id, byte[] bytes)
    {
        var path = _folder[$"blobs/{id.Hex[..2]}/{id.Hex}"];
        File.Delete(path);
        File.WriteAllBytes(path, bytes);
    }
}
