using System.Text;

namespace Glovebox.Functions.Instances;

/// <summary>Takes the short lines that a runner writes to its standard output.</summary>
/// <param name="told">Called for each, on the thread that reads the box's output.</param>
internal sealed class ToldLines(Action<string> told) : Stream
{
    private const int Longest = 256;
    private readonly List<byte> _line = [];

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        foreach (var value in buffer)
        {
            if (value != (byte)'\n')
            {
                if (_line.Count < Longest) _line.Add(value);
                continue;
            }
            told(Encoding.UTF8.GetString([.. _line]));
            _line.Clear();
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    public override void Flush() { }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
