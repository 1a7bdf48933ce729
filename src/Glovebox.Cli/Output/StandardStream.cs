using System.Runtime.InteropServices;

namespace Glovebox.Cli.Output;

/// <summary>
/// Standard output or error as the kernel has it: bytes go out at once, unchanged. .NET's own console stream hides a reader that went
/// away, and a FileStream would keep a position of its own, which breaks <c>(glovebox …; glovebox …) > file</c>.
/// </summary>
internal sealed partial class StandardStream(int descriptor) : Stream
{
    private const int Eintr = 4, Eagain = 11, Epipe = 32;
    private const short Pollout = 4;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var written = WriteTo(descriptor, buffer, (nuint)buffer.Length);
            if (written >= 0) buffer = buffer[(int)written..];
            else HandleError(Marshal.GetLastPInvokeError());
        }
    }

    private void HandleError(int error)
    {
        switch (error)
        {
            case Eintr:
                return;
            case Eagain:
                var wait = new PollEntry { Descriptor = descriptor, Events = Pollout };
                _ = Poll(ref wait, 1, -1);
                return;
            case Epipe:
                throw new BrokenPipeException();
            default:
                var name = descriptor == 1 ? "standard output" : "standard error";
                throw new IOException($"cannot write to {name}: {Marshal.GetPInvokeErrorMessage(error)}", error);
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

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteTo(int descriptor, ReadOnlySpan<byte> buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollEntry entries, nuint count, int timeout);
}

/// <summary>The reader of our output has gone.</summary>
internal sealed class BrokenPipeException() : IOException("the reader of the output has gone");
