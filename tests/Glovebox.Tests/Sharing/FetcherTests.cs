using System.Security.Cryptography;
using Glovebox.Api;
using Glovebox.Blobs;
using Glovebox.Files;
using Glovebox.Home;
using Glovebox.Sharing.Arrivals;
using Glovebox.Sharing.Packing;
using Glovebox.Sharing.Remotes;

namespace Glovebox.Tests.Sharing;

/// <summary>Objects from a source that breaks off, or lies.</summary>
public sealed class FetcherTests : IDisposable
{
    private static readonly byte[] Large = RandomNumberGenerator.GetBytes(6 << 20);

    private readonly string _root = Directory.CreateTempSubdirectory("glovebox-fetch-").FullName;
    private readonly Breaking _source = new();

    private Fetcher Fetcher => new(new GloveboxHome(_root), _source, TimeProvider.System);

    private static Piece Piece => new(PieceKind.Blob, BlobId.Of(SHA256.HashData(Large)), Large.Length);

    public void Dispose() => FolderRemoval.Remove(_root);

    [Fact]
    public async Task What_broke_off_goes_on_where_it_stopped()
    {
        _source.BreakAfter = 2_000_000;
        await Assert.ThrowsAsync<IOException>(TakeAsync);
        _source.BreakAfter = null;

        var taken = await TakeAsync();

        Assert.Equal(Large, taken);
        Assert.Equal([0, 2_000_000], _source.Asked);
    }

    [Fact]
    public async Task What_lay_here_damaged_is_fetched_anew_once()
    {
        _source.BreakAfter = 2_000_000;
        await Assert.ThrowsAsync<IOException>(TakeAsync);
        _source.BreakAfter = null;
        var part = Path.Combine(_root, "cache", "arriving", Piece.Id.Hex);
        var bytes = await File.ReadAllBytesAsync(part, TestContext.Current.CancellationToken);
        bytes[77] ^= 1;
        await File.WriteAllBytesAsync(part, bytes, TestContext.Current.CancellationToken);

        Assert.Equal(Large, await TakeAsync());
        Assert.Equal([0, 2_000_000, 0], _source.Asked);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task Bytes_of_another_digest_or_length_are_named_and_not_handed_on(int more)
    {
        _source.Bytes = more switch { -1 => Large[..^1], 1 => [.. Large, 0], _ => [.. Large[..^1], (byte)(Large[^1] ^ 1)] };

        var refused = await Assert.ThrowsAsync<RefusalException>(TakeAsync);

        Assert.Contains(Piece.Id.Hex, refused.Message, StringComparison.Ordinal);
    }

    private async Task<byte[]> TakeAsync()
    {
        byte[]? taken = null;
        await Fetcher.TakeAsync(Piece, (content, _) =>
        {
            using var copy = new MemoryStream();
            content.CopyTo(copy);
            taken = copy.ToArray();
        }, TestContext.Current.CancellationToken);
        return taken!;
    }

    private sealed class Breaking : IPieceSource
    {
        public byte[] Bytes { get; set; } = Large;
        public int? BreakAfter { get; set; }
        public List<long> Asked { get; } = [];
        public string Name => "there";
        public int Lanes => 1;

        public Task<Stream> OpenAsync(BlobId id, long from, CancellationToken cancellation)
        {
            Asked.Add(from);
            var rest = Bytes[(int)from..];
            return Task.FromResult<Stream>(BreakAfter is { } count ? new BrokenStream(rest[..count]) : new MemoryStream(rest));
        }

        public Task<IReadOnlyList<string>> ListAsync(RecordKind kind, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<string>>([]);

        public Task<byte[]?> FindAsync(RecordName name, CancellationToken cancellation) => Task.FromResult<byte[]?>(null);
    }

    private sealed class BrokenStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position == Length ? throw new IOException("broke off") : base.ReadAsync(buffer, cancellationToken);
    }
}
