using System.Buffers.Text;

namespace Glovebox.Execution;

/// <summary>
/// Appends what a command writes to its log, in the format of <see cref="ExecutionLog"/>. A call's records are in the file when it returns, so
/// that the log can be followed. Not for two threads at once.
/// </summary>
public sealed class ExecutionLogWriter : IDisposable
{
    private const int HeaderLength = 38; // 2026-01-31T23:59:59.1234567Z stdout F and a space

    private readonly FileStream _file;
    private readonly TimeProvider _time;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(64 * 1024);
    private readonly long _limit;
    private int _used;
    private long _length;
    private bool _cut;

    /// <param name="path">Appended to; made when it is not there.</param>
    /// <param name="limit">See <see cref="ExecutionStreams.LogLimitBytes"/>.</param>
    public ExecutionLogWriter(string path, TimeProvider time, long? limit = null)
    {
        _time = time;
        _limit = limit ?? long.MaxValue;
        _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        _length = limit is null ? 0 : _file.Length;
    }

    /// <summary>Appends one chunk of one stream: a record for every line, and one marked <c>P</c> for what follows the last line feed.</summary>
    public void Append(StandardStream stream, ReadOnlySpan<byte> chunk)
    {
        if (chunk.IsEmpty || _cut) return;
        Span<byte> header = stackalloc byte[HeaderLength];
        var length = WriteHeader(header, stream);
        while (!chunk.IsEmpty)
        {
            if (_length >= _limit)
            {
                Cut();
                break;
            }
            var end = chunk.IndexOf((byte)'\n');
            var whole = end >= 0;
            var line = whole ? chunk[..end] : chunk;
            header[length - 2] = whole ? (byte)'F' : (byte)'P';
            Add(header[..length]);
            Add(line);
            Add("\n"u8);
            _length += length + line.Length + 1;
            chunk = whole ? chunk[(end + 1)..] : default;
        }
        Flush();
    }

    public void Dispose() => _file.Dispose();

    private void Cut()
    {
        _cut = true;
        Span<byte> header = stackalloc byte[HeaderLength];
        Add(header[..WriteHeader(header, StandardStream.Error)]);
        Add(LogEnding.Notice(_limit));
        Add("\n"u8);
    }

    private int WriteHeader(Span<byte> header, StandardStream stream)
    {
        Utf8Formatter.TryFormat(_time.GetUtcNow().UtcDateTime, header, out var written, new System.Buffers.StandardFormat('O'));
        var rest = stream == StandardStream.Output ? " stdout F "u8 : " stderr F "u8;
        rest.CopyTo(header[written..]);
        return written + rest.Length;
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _buffer.Length - _used) Flush();
        if (bytes.Length > _buffer.Length)
        {
            _file.Write(bytes);
            return;
        }
        bytes.CopyTo(_buffer.AsSpan(_used));
        _used += bytes.Length;
    }

    private void Flush()
    {
        if (_used > 0) _file.Write(_buffer.AsSpan(0, _used));
        _used = 0;
    }
}
