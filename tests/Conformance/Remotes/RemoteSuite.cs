using System.Security.Cryptography;
using System.Text;
using Glovebox.Api;
using Glovebox.Blobs;
using Glovebox.Sharing.Remotes;

namespace Glovebox.Tests.Conformance.Remotes;

/// <summary>What every <see cref="IRemote"/> does.</summary>
public abstract class RemoteSuite : IAsyncLifetime
{
    private static readonly byte[] Large = RandomNumberGenerator.GetBytes(700_000);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A new connection to the one place of this test.</summary>
    protected abstract IRemote Connect();

    protected abstract ValueTask PrepareAsync();

    protected abstract ValueTask CleanAsync();

    public async ValueTask InitializeAsync()
    {
        await PrepareAsync();
        await using var remote = Connect();
        await remote.PrepareAsync(Stop);
    }

    public async ValueTask DisposeAsync()
    {
        await CleanAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_object_comes_back_as_it_was_whole_or_from_anywhere()
    {
        await using var remote = Connect();
        foreach (var bytes in new[] { Large, [], "one line"u8.ToArray(), "\n\0\r\n'\"$(x)"u8.ToArray() })
        {
            var id = await PutAsync(remote, bytes);
            Assert.Equal(bytes, await GetAsync(remote, id, 0));
            Assert.Equal(bytes[(bytes.Length / 3)..], await GetAsync(remote, id, bytes.Length / 3));
            Assert.Empty(await GetAsync(remote, id, bytes.Length));
        }
    }

    [Fact]
    public async Task What_is_missing_is_said_in_one_go_and_reading_it_throws()
    {
        await using var remote = Connect();
        var known = await PutAsync(remote, "known"u8.ToArray());
        var unknown = Enumerable.Range(0, 500).Select(number => IdOf(Encoding.ASCII.GetBytes($"unknown {number}"))).ToList();

        var missing = await remote.MissingAsync([known, .. unknown], Stop);

        Assert.Equal(unknown.ToHashSet(), missing);
        Assert.Equal(unknown[0], (await Assert.ThrowsAsync<MissingPieceException>(() => remote.OpenAsync(unknown[0], 0, Stop))).Id);
        Assert.Equal("known"u8.ToArray(), await GetAsync(remote, known, 0));
    }

    [Fact]
    public async Task Bytes_that_are_not_what_their_name_says_are_never_stored()
    {
        await using var remote = Connect();
        var id = IdOf("right"u8.ToArray());

        await Assert.ThrowsAsync<DamagedPieceException>(() => remote.PutAsync(id, 5, (stream, stop) => stream.WriteAsync("wrong"u8.ToArray(), stop).AsTask(), Stop));
        await Assert.ThrowsAsync<DamagedPieceException>(() => remote.PutAsync(id, 5, (stream, stop) => stream.WriteAsync("rig"u8.ToArray(), stop).AsTask(), Stop));
        await Assert.ThrowsAsync<DamagedPieceException>(() => remote.PutAsync(id, 5, (stream, stop) => stream.WriteAsync("right and more"u8.ToArray(), stop).AsTask(), Stop));

        Assert.Contains(id, await remote.MissingAsync([id], Stop));
        await PutAsync(remote, "right"u8.ToArray());
        Assert.Equal("right"u8.ToArray(), await GetAsync(remote, id, 0));
    }

    [Fact]
    public async Task A_source_that_fails_half_way_leaves_nothing()
    {
        await using var remote = Connect();
        var id = IdOf(Large);

        await Assert.ThrowsAsync<BlobNotFoundException>(() => remote.PutAsync(id, Large.Length, async (stream, stop) =>
        {
            await stream.WriteAsync(Large.AsMemory(0, 300_000), stop);
            throw new BlobNotFoundException(id);
        }, Stop));

        Assert.Contains(id, await remote.MissingAsync([id], Stop));
        await PutAsync(remote, Large);
        Assert.Empty(await remote.MissingAsync([id], Stop));
    }

    [Fact]
    public async Task Two_may_put_the_same_at_once()
    {
        await using var one = Connect();
        await using var other = Connect();
        var pieces = Enumerable.Range(0, 20).Select(number => Encoding.ASCII.GetBytes($"piece {number}")).ToList();

        await Task.WhenAll(PutAllAsync(one), PutAllAsync(other));

        foreach (var piece in pieces) Assert.Equal(piece, await GetAsync(one, IdOf(piece), 0));

        async Task PutAllAsync(IRemote remote)
        {
            foreach (var piece in pieces) await PutAsync(remote, piece);
            await remote.PutAsync(new RecordName(RecordKind.Run, "abcdef012345"), "{}"u8.ToArray(), [.. pieces.Select(piece => new Held(IdOf(piece), piece.Length))], Stop);
        }
    }

    [Fact]
    public async Task Records_are_found_by_kind_and_id_and_the_last_one_stays()
    {
        await using var remote = Connect();
        var piece = await PutAsync(remote, "held"u8.ToArray());
        var run = new RecordName(RecordKind.Run, "0123456789ab");
        var image = new RecordName(RecordKind.Image, new string('a', 64));
        Assert.Null(await remote.FindAsync(run, Stop));
        Assert.Empty(await remote.ListAsync(RecordKind.Run, Stop));

        await remote.PutAsync(run, "{\"first\": 1}"u8.ToArray(), [new Held(piece, 4)], Stop);
        await remote.PutAsync(image, "{\"an\": \"image\"}"u8.ToArray(), [], Stop);
        await remote.PutAsync(run, "{\"second\": 2}"u8.ToArray(), [new Held(piece, 4)], Stop);

        Assert.Equal("{\"second\": 2}"u8.ToArray(), await remote.FindAsync(run, Stop));
        Assert.Equal([run.Id], await remote.ListAsync(RecordKind.Run, Stop));
        Assert.Equal([image.Id], await remote.ListAsync(RecordKind.Image, Stop));
        Assert.Empty(await remote.ListAsync(RecordKind.Snapshot, Stop));
    }

    [Fact]
    public async Task Several_lanes_of_one_connection_do_not_mix()
    {
        await using var remote = Connect();
        var pieces = Enumerable.Range(0, 40).Select(number => RandomNumberGenerator.GetBytes(1000 * (number + 1))).ToList();
        var lanes = new ParallelOptions { MaxDegreeOfParallelism = remote.Lanes, CancellationToken = Stop };

        await Parallel.ForEachAsync(pieces, lanes, async (piece, _) => await PutAsync(remote, piece));
        await Parallel.ForEachAsync(pieces, lanes, async (piece, _) => Assert.Equal(piece, await GetAsync(remote, IdOf(piece), 0)));
    }

    [Fact]
    public async Task A_stream_left_half_read_does_no_harm()
    {
        await using var remote = Connect();
        var large = await PutAsync(remote, Large);
        var small = await PutAsync(remote, "small"u8.ToArray());

        await using (var stream = await remote.OpenAsync(large, 0, Stop)) await stream.ReadExactlyAsync(new byte[10], Stop);

        Assert.Equal("small"u8.ToArray(), await GetAsync(remote, small, 0));
    }

    protected static BlobId IdOf(byte[] bytes) => BlobId.Of(SHA256.HashData(bytes));

    protected static async Task<BlobId> PutAsync(IRemote remote, byte[] bytes)
    {
        var id = IdOf(bytes);
        await remote.PutAsync(id, bytes.Length, (stream, stop) =>
        {
            // As layers are written: from code that waits.
            stream.Write(bytes);
            return Task.CompletedTask;
        }, Stop);
        return id;
    }

    protected static async Task<byte[]> GetAsync(IRemote remote, BlobId id, long from)
    {
        await using var stream = await remote.OpenAsync(id, from, Stop);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, Stop);
        return bytes.ToArray();
    }

    protected static async Task<string> RefusalAsync(Func<Task> work) => (await Assert.ThrowsAsync<RefusalException>(work)).Message;
}
