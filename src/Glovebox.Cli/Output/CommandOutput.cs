namespace Glovebox.Cli.Output;

/// <summary>
/// Where a run's command writes. A sink must not break the run that feeds it: when the reader goes away the run is cancelled, as
/// SIGPIPE would have ended the bare command; any other failure is remembered and the run goes on, since its log has every byte.
/// </summary>
internal sealed class CommandOutput(Stream inner, Interrupts interrupts) : Stream
{
    /// <summary>Why bytes were lost; null when none were.</summary>
    public IOException? Failure { get; private set; }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (Failure is not null) return;
        try
        {
            inner.Write(buffer);
        }
        catch (IOException exception)
        {
            Failure = exception;
            if (exception is BrokenPipeException) interrupts.ReaderGone();
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

    public override void Flush() => inner.Flush();
    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
