using System.Text;

namespace Glovebox.Environments.Building;

/// <summary>Takes a tool's output, passes on each line, and remembers the last ones for the message about its failure.</summary>
/// <param name="line">Called for each whole line; null for nobody.</param>
public sealed class TailStream(Action<string>? line = null) : Stream
{
    private const int Kept = 15, LongestLine = 4096;

    private readonly Lock _gate = new();
    private readonly Queue<string> _lines = new();
    private readonly List<byte> _open = [];

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_gate)
        {
            foreach (var next in buffer)
            {
                if (next is (byte)'\n' or (byte)'\r') End();
                else if (_open.Count < LongestLine) _open.Add(next);
            }
        }
    }

    private void End()
    {
        if (_open.Count == 0) return;
        var text = Encoding.UTF8.GetString([.. _open]);
        _open.Clear();
        _lines.Enqueue(text);
        if (_lines.Count > Kept) _lines.Dequeue();
        line?.Invoke(text);
    }

    /// <summary>The last lines, each indented below the message they go with; empty when there was no output.</summary>
    public string Text()
    {
        lock (_gate)
        {
            End();
            return string.Concat(_lines.Select(kept => "\n    " + kept));
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush() { }
    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
