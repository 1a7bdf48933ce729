using System.Security.Cryptography;
using Glovebox.Blobs;

namespace Glovebox.Sharing.Remotes;

/// <summary>Passes what is written on, and knows whether it was the object that it should have been. It does not close the other.</summary>
public sealed class VerifyingStream(Stream output, BlobId id, long size) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _written;

    /// <exception cref="DamagedPieceException">The bytes written are not the object.</exception>
    public void Check()
    {
        if (_written != size) throw new DamagedPieceException(id, $"it has {_written} bytes instead of {size}");
        if (BlobId.Of(_hash.GetHashAndReset()) != id) throw new DamagedPieceException(id, "its bytes have another digest");
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Count(buffer);
        output.Write(buffer);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Count(buffer.Span);
        return output.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>The other side counts on the size: what is too much never leaves.</summary>
    private void Count(ReadOnlySpan<byte> buffer)
    {
        _written += buffer.Length;
        if (_written > size) throw new DamagedPieceException(id, $"it has more than {size} bytes");
        _hash.AppendData(buffer);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _hash.Dispose();
        base.Dispose(disposing);
    }

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override void Flush() => output.Flush();
    public override Task FlushAsync(CancellationToken cancellationToken) => output.FlushAsync(cancellationToken);
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
