using System.Buffers;
using Glovebox.Execution;

namespace Glovebox.Backends.Docker.Output;

/// <summary>
/// What a container writes, on its way to the execution's log. It counts the bytes of each stream, so that it can go on after any break: the
/// engine keeps the whole output too, and hands it out again from its beginning; as many bytes of each stream as are logged already are left
/// out. That is exact, whatever the clocks say: the engine's own "since" is exact to the second only with Podman, and lines written within
/// one tick cannot be told apart with any.
/// </summary>
internal sealed class ContainerOutput(ExecutionOutput receiver, long output = 0, long error = 0) : IDisposable
{
    private const int BufferLength = 64 * 1024;

    private long _output = output;
    private long _error = error;

    /// <summary>
    /// Goes on with a log that another process began. What it had only half written is cut off first; one that has reached its limit is closed,
    /// since what it holds does not say any more how much was received.
    /// </summary>
    public static async Task<ContainerOutput> ResumeAsync(ExecutionStreams streams, TimeProvider time, CancellationToken cancellation)
    {
        using var output = new CountingStream();
        using var error = new CountingStream();
        var full = false;
        if (File.Exists(streams.LogPath))
        {
            var end = await ExecutionLog.CopyAsync(streams.LogPath, 0, output, error, cancellation).ConfigureAwait(false);
            var file = new FileStream(streams.LogPath, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            await using var _ = file.ConfigureAwait(false);
            if (file.Length > end) file.SetLength(end);
            full = end >= streams.LogLimitBytes;
        }
        if (full) await LogEnding.CloseAsync(streams.LogPath, streams.LogLimitBytes, time, cancellation).ConfigureAwait(false);
        return new ContainerOutput(new ExecutionOutput(streams, time), output.Count, error.Count) { Closed = full };
    }

    /// <summary>Nothing more is received: the log takes no more.</summary>
    public bool Closed { get; private set; }

    /// <summary>Why the log could not be written; null when it could.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Bytes of both streams so far.</summary>
    public long Received => _output + _error;

    /// <summary>Receives a stream of frames until its end.</summary>
    /// <param name="fromStart">The stream begins with the command's first byte: what was received before is left out.</param>
    /// <param name="growing">Somebody still writes what the engine reads: its last frame may be half of a line, and is left for another time.</param>
    /// <exception cref="IOException">The stream broke off.</exception>
    /// <exception cref="LogException">The log cannot be written; this is <see cref="Closed"/> now.</exception>
    public async Task ReceiveAsync(Stream frames, bool fromStart, bool growing, CancellationToken cancellation)
    {
        var (known, knownError) = fromStart ? (_output, _error) : (0, 0);
        void Pass(StandardStream stream, ReadOnlySpan<byte> bytes)
        {
            if (stream == StandardStream.Output) Take(stream, bytes, ref known, ref _output);
            else Take(stream, bytes, ref knownError, ref _error);
        }

        var held = new HeldFrame(Pass);
        FrameDecoder decoder = null!;
        decoder = new FrameDecoder(growing ? (stream, bytes) => held.Receive(decoder.Frames, stream, bytes) : Pass);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            int read;
            while ((read = await frames.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0) decoder.Decode(buffer.AsSpan(0, read));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        if (!decoder.AtFrameEnd) throw new IOException("The output broke off.");
    }

    public void Dispose() => receiver.Dispose();

    private void Take(StandardStream stream, ReadOnlySpan<byte> bytes, ref long known, ref long received)
    {
        var skipped = (int)Math.Min(known, bytes.Length);
        known -= skipped;
        bytes = bytes[skipped..];
        if (bytes.IsEmpty) return;
        try
        {
            receiver.Receive(stream, bytes);
        }
        catch (IOException e)
        {
            (Closed, Trouble) = (true, $"Its log could not be written: {e.Message.TrimEnd('.')}. Free space there, and run it again.");
            throw new LogException(Trouble, e);
        }
        received += bytes.Length;
    }

    /// <summary>Passes a frame on when the next one has begun.</summary>
    private sealed class HeldFrame(StreamBytes next)
    {
        private readonly ArrayBufferWriter<byte> _bytes = new();
        private StandardStream _stream;
        private long _frame;

        public void Receive(long frame, StandardStream stream, ReadOnlySpan<byte> bytes)
        {
            if (frame != _frame)
            {
                next(_stream, _bytes.WrittenSpan);
                _bytes.ResetWrittenCount();
                (_frame, _stream) = (frame, stream);
            }
            _bytes.Write(bytes);
        }
    }
}

/// <summary>A log that cannot be written: trouble on this machine, not with the engine.</summary>
internal sealed class LogException(string message, Exception inner) : Exception(message, inner);
