using System.Runtime.InteropServices;
using Glovebox.Execution;

namespace Glovebox.Linux;

/// <summary>
/// One thread that carries the bytes of a running command to its <see cref="ExecutionOutput"/> until the command has ended and its pipes are
/// empty. Owns the pipes and the receiver. A slow receiver slows the command, as a pipe does.
/// </summary>
internal sealed unsafe class OutputPump
{
    private const int StackBytes = 256 * 1024, BufferBytes = 64 * 1024;
    private const int Sign = 0, Ended = 1, Output = 2, Error = 3, Sources = 4;

    private readonly TaskCompletionSource<int?> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PipeEnds _output;
    private readonly PipeEnds _error;
    private readonly StartSign? _sign;
    private readonly ProcessWatch _process;
    private readonly ExecutionOutput _receiver;

    /// <param name="sign">How to know that the command runs; null when it does already. Owned.</param>
    /// <param name="process">What was started; its end is the end of the output.</param>
    public OutputPump(PipeEnds output, PipeEnds error, StartSign? sign, ProcessWatch process, ExecutionOutput receiver)
    {
        _output = output;
        _error = error;
        _sign = sign;
        _process = process;
        _receiver = receiver;
        new Thread(Run, StackBytes) { IsBackground = true, Name = "glovebox output" }.Start();
    }

    /// <summary>What the start sign said; null when the process ended before the command ran.</summary>
    public Task<int?> Started => _started.Task;

    /// <summary>Everything was received. Fails with <see cref="IOException"/> when the log cannot be written.</summary>
    public Task Finished => _finished.Task;

    /// <summary>What stood on standard error when the command did not start; known when <see cref="Finished"/>.</summary>
    public string Complaint { get; private set; } = "";

    private void Run()
    {
        var buffer = (byte*)NativeMemory.Alloc(BufferBytes);
        try
        {
            Carry(buffer);
            _finished.SetResult();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _started.TrySetResult(null);
            _finished.SetException(e);
        }
        finally
        {
            NativeMemory.Free(buffer);
            _sign?.Dispose();
            _output.Dispose();
            _error.Dispose();
            _receiver.Dispose();
        }
    }

    private void Carry(byte* buffer)
    {
        var entries = stackalloc PollEntry[Sources];
        for (var i = 0; i < Sources; i++) entries[i].Events = PollEntry.Readable;
        entries[Sign].File = _sign?.File ?? -1;
        entries[Ended].File = _process.File;
        entries[Output].File = _output.Read;
        // Until the command runs, what is on standard error is the runtime's own complaint, which is in its log too.
        entries[Error].File = _sign is null ? _error.Read : -1;
        while (true)
        {
            var ended = entries[Ended].File < 0;
            var ready = Wait(entries, ended ? 0 : -1);
            if (entries[Sign].Returned != 0 || entries[Ended].Returned != 0) ReadSign(entries);
            if (entries[Ended].Returned != 0) entries[Ended].File = -1;
            if (entries[Output].Returned != 0) Take(ref entries[Output], StandardStream.Output, buffer);
            if (entries[Error].Returned != 0) Take(ref entries[Error], StandardStream.Error, buffer);
            if (ended && ready == 0) break;
        }
        if (_started.TrySetResult(null) && _sign is not null) Complaint = ReadComplaint(buffer);
    }

    private void ReadSign(PollEntry* entries)
    {
        if (_sign?.Read() is not { } number || !_started.TrySetResult(number)) return;
        entries[Sign].File = -1;
        entries[Error].File = _error.Read;
    }

    private void Take(ref PollEntry source, StandardStream stream, byte* buffer)
    {
        source.Returned = 0;
        var read = (int)Libc.Read(source.File, buffer, BufferBytes);
        if (read > 0) _receiver.Receive(stream, new ReadOnlySpan<byte>(buffer, read));
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
