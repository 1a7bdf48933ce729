using System.Net;
using Glovebox.Blobs;

namespace Glovebox.Sharing.Remotes.Oci;

/// <summary>A request's body that is written while it is sent, and checked on the way.</summary>
internal sealed class PieceContent : HttpContent
{
    private readonly BlobId _id;
    private readonly long _size;
    private readonly Func<Stream, CancellationToken, Task> _write;
    private readonly CancellationToken _cancellation;

    public PieceContent(BlobId id, long size, Func<Stream, CancellationToken, Task> write, CancellationToken cancellation)
    {
        (_id, _size, _write, _cancellation) = (id, size, write, cancellation);
        Headers.ContentType = new("application/octet-stream");
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        using var verifying = new VerifyingStream(stream, _id, _size);
        await _write(verifying, _cancellation);
        verifying.Check();
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _size;
        return true;
    }
}
