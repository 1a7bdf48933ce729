namespace Glovebox.Images.Archives;

/// <summary>A stretch of a file, read as if it were one. The file is not closed with it.</summary>
internal sealed class PartStream(FileStream file, long start, long length) : Stream
{
    private long _position;

    public override long Length => length;

    public override long Position { get => _position; set => _position = value; }

    public override int Read(Span<byte> buffer)
    {
        var count = RandomAccess.Read(
            file.SafeFileHandle, buffer[..(int)Math.Min(buffer.Length, Math.Max(0, length - _position))], start + _position);
        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => _position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _position,
        _ => length,
    };

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override void Flush() { }
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
