namespace Glovebox.Functions.Instances;

/// <summary>What a server writes to one of its standard streams, from one call to the next; the first 64 KiB.</summary>
internal sealed class RecentOutput : Stream
{
    private readonly Lock _writing = new();
    private readonly MemoryStream _text = new();
    private bool _cut;

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>What came since the last time.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        lock (_writing)
        {
            if (_text.Length == 0) return default;
            if (_cut) _text.Write("\n[glovebox: cut at 64 KiB]\n"u8);
            var bytes = _text.ToArray();
            _text.SetLength(0);
            _cut = false;
            return bytes;
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_writing)
        {
            var room = InstanceFolder.MostOutput - (int)_text.Length;
            if (buffer.Length > room) _cut = true;
            if (room > 0) _text.Write(buffer[..Math.Min(room, buffer.Length)]);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    public override void Flush() { }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
