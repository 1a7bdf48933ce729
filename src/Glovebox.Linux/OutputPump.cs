using System.Runtime.InteropServices;
using Glovebox.Execution;

namespace Glovebox.Linux;

/// <summary>
/// Carries the bytes of a running command to its <see cref="ExecutionOutput"/> until the command has ended and its pipes are empty. Owns the
/// pipes and the receiver. A slow receiver slows the command, as a pipe does.
/// </summary>
/// <param name="sign">How to know that the command runs; null when it does as soon as its process does. Owned.</param>
internal sealed unsafe class OutputPump(StartSign? sign, ExecutionOutput receiver) : IDisposable
{
    private const int BufferBytes = 64 * 1024;
    private const int Sign = 0, Ended = 1, Output = 2, Error = 3, Sources = 4;

    private readonly PipeEnds _output = new();
    private readonly PipeEnds _error = new();
    private bool _started;

    /// <summary>What the command writes to.</summary>
    public int OutputEnd => _output.Write;
    public int ErrorEnd => _error.Write;

    /// <summary>What stood on standard error when the command did not start; known when <see cref="Run"/> returned.</summary>
    public string Complaint { get; private set; } = "";

    /// <summary>Why not every byte was received; null when all were.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Works on this thread until the process has ended.</summary>
    /// <param name="started">Called once: with what the sign said when the command runs, with null when the process ended before.</param>
    /// <param name="ended">Called when the process has ended, before the last bytes are taken.</param>
    public void Run(ProcessWatch process, Action<int?> started, Action? ended)
    {
        // Only the child holds them now: so their end is seen.
        _output.CloseWrite();
        _error.CloseWrite();
        var buffer = (byte*)NativeMemory.Alloc(BufferBytes);
        try
        {
            Carry(process, started, ended, buffer);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Failure = e;
        }
        finally
        {
            NativeMemory.Free(buffer);
            Close();
            if (!_started) started(null);
        }
    }

    /// <summary>To be called when nobody waits any more: the kernel takes its time (a grace period, 10 ms) to end a watch.</summary>
    public void Dispose()
    {
        Close();
        sign?.Dispose();
    }

    private void Close()
    {
        _output.Dispose();
        _error.Dispose();
        receiver.Dispose();
    }

    private void Carry(ProcessWatch process, Action<int?> started, Action? ended, byte* buffer)
    {
        var entries = stackalloc PollEntry[Sources];
        for (var i = 0; i < Sources; i++) entries[i].Events = PollEntry.Readable;
        entries[Sign].File = sign?.File ?? -1;
        entries[Ended].File = process.File;
        entries[Output].File = _output.Read;
        // Until the command runs, what is on standard error is the runtime's own complaint, which is in its log too.
        entries[Error].File = sign is null ? _error.Read : -1;
        if (sign is null) Begin(process.Pid, started);
        while (true)
        {
            var over = entries[Ended].File < 0;
            var ready = Wait(entries, over ? 0 : -1);
            if ((entries[Sign].Returned != 0 || entries[Ended].Returned != 0) && !_started && sign?.Read() is { } number)
            {
                entries[Sign].File = -1;
                entries[Error].File = _error.Read;
                Begin(number, started);
            }
            if (entries[Ended].Returned != 0)
            {
                entries[Ended].File = -1;
                ended?.Invoke();
            }
            if (entries[Output].Returned != 0) Take(ref entries[Output], StandardStream.Output, buffer);
            if (entries[Error].Returned != 0) Take(ref entries[Error], StandardStream.Error, buffer);
            if (over && ready == 0) break;
        }
        if (!_started) Complaint = ReadComplaint(buffer);
    }

    private void Begin(int number, Action<int?> started)
    {
        _started = true;
        started(number);
    }

    private void Take(ref PollEntry source, StandardStream stream, byte* buffer)
    {
        source.Returned = 0;
        var read = (int)Libc.Read(source.File, buffer, BufferBytes);
        if (read > 0) receiver.Receive(stream, new ReadOnlySpan<byte>(buffer, read));
        else if (read == 0 || Marshal.GetLastPInvokeError() != Libc.Interrupted) source.File = -1;
    }

    // Never waits: something that outlived the process may hold the pipe.
    private string ReadComplaint(byte* buffer)
    {
        var entry = new PollEntry { File = _error.Read, Events = PollEntry.Readable };
        var read = Libc.Poll(&entry, 1, 0) > 0 ? (int)Libc.Read(entry.File, buffer, BufferBytes) : 0;
        return System.Text.Encoding.UTF8.GetString(new ReadOnlySpan<byte>(buffer, Math.Max(read, 0))).Trim();
    }

    private static int Wait(PollEntry* entries, int timeout)
    {
        int ready;
        while ((ready = Libc.Poll(entries, Sources, timeout)) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Libc.Interrupted) throw new IOException($"Waiting for output failed: {Libc.LastError()}.");
        }
        return ready;
    }
}
