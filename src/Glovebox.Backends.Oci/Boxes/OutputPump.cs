using System.Globalization;
using System.Runtime.InteropServices;
using Glovebox.Backends.Oci.Linux;
using Glovebox.Execution;

namespace Glovebox.Backends.Oci.Boxes;

/// <summary>
/// One thread that carries the bytes of a running box to its <see cref="ExecutionOutput"/> and notices when its command starts.
/// Owns the read ends of the pipes. A slow receiver slows the box, as a pipe does.
/// </summary>
internal sealed unsafe class OutputPump
{
    private const int StackBytes = 256 * 1024, BufferBytes = 64 * 1024;

    private readonly TaskCompletionSource<int?> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly (PipeEnds Output, PipeEnds Error) _pipes;
    private readonly DirectoryWatch _watch;
    private readonly string _pidFile;
    private readonly ProcessWatch _runtime;
    private readonly ExecutionOutput _receiver;

    /// <param name="watch">Of the directory of <paramref name="pidFile"/>, opened before the runtime was started; owned.</param>
    /// <param name="pidFile">Written by the runtime when the command runs.</param>
    public OutputPump(PipeEnds output, PipeEnds error, DirectoryWatch watch, string pidFile, ProcessWatch runtime, ExecutionOutput receiver)
    {
        _pipes = (output, error);
        _watch = watch;
        _pidFile = pidFile;
        _runtime = runtime;
        _receiver = receiver;
        new Thread(Run, StackBytes) { IsBackground = true, Name = "glovebox output" }.Start();
    }

    /// <summary>The number of the box's process 1 when the command runs; null when the runtime ended before.</summary>
    public Task<int?> Started => _started.Task;

    /// <summary>Everything was received, up to the end of both streams. Fails when the log cannot be written.</summary>
    public Task Finished => _finished.Task;

    /// <summary>What stood on standard error when the command did not start; known when <see cref="Finished"/>.</summary>
    public string Complaint { get; private set; } = "";

    private void Run()
    {
        try
        {
            // What is on standard error before the command runs is the runtime's own complaint, which is in its log too.
            if (WaitForStart()) Carry();
            else Complaint = ReadComplaint();
            _finished.SetResult();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _started.TrySetResult(null);
            _finished.SetException(e);
        }
        finally
        {
            _watch.Dispose();
            _pipes.Output.Dispose();
            _pipes.Error.Dispose();
            _receiver.Dispose();
        }
    }

    private bool WaitForStart()
    {
        var entries = stackalloc PollEntry[3];
        entries[0] = new PollEntry { File = _watch.File, Events = PollEntry.Readable };
        entries[1] = new PollEntry { File = _runtime.File, Events = PollEntry.Readable };
        entries[2] = new PollEntry { File = _pipes.Output.Read, Events = PollEntry.Readable };
        var buffer = (byte*)NativeMemory.Alloc(BufferBytes);
        try
        {
            while (true)
            {
                Wait(entries, 3);
                var ended = entries[1].Returned != 0;
                if (entries[2].Returned != 0 && !Take(entries[2].File, StandardStream.Output, buffer)) entries[2].File = -1;
                if (entries[0].Returned != 0) _watch.Drain();
                if ((entries[0].Returned != 0 || ended) && ReadPid() is { } pid)
                {
                    _started.SetResult(pid);
                    return true;
                }
                if (!ended) continue;
                _started.SetResult(null);
                return false;
            }
        }
        finally
        {
            NativeMemory.Free(buffer);
        }
    }

    private void Carry()
    {
        var entries = stackalloc PollEntry[2];
        entries[0] = new PollEntry { File = _pipes.Output.Read, Events = PollEntry.Readable };
        entries[1] = new PollEntry { File = _pipes.Error.Read, Events = PollEntry.Readable };
        var buffer = (byte*)NativeMemory.Alloc(BufferBytes);
        try
        {
            while (entries[0].File >= 0 || entries[1].File >= 0)
            {
                Wait(entries, 2);
                for (var i = 0; i < 2; i++)
                {
                    if (entries[i].Returned == 0) continue;
                    var stream = i == 0 ? StandardStream.Output : StandardStream.Error;
                    if (!Take(entries[i].File, stream, buffer)) entries[i].File = -1;
                }
            }
        }
        finally
        {
            NativeMemory.Free(buffer);
        }
    }

    // False at the end of the stream.
    private bool Take(int file, StandardStream stream, byte* buffer)
    {
        var read = (int)Libc.Read(file, buffer, BufferBytes);
        if (read > 0) _receiver.Receive(stream, new ReadOnlySpan<byte>(buffer, read));
        return read > 0 || (read < 0 && Marshal.GetLastPInvokeError() == Libc.Interrupted);
    }

    // Never waits: something that outlived the runtime may hold the pipe.
    private string ReadComplaint()
    {
        const int most = 4096;
        var buffer = stackalloc byte[most];
        var entry = new PollEntry { File = _pipes.Error.Read, Events = PollEntry.Readable };
        var read = Libc.Poll(&entry, 1, 0) > 0 ? (int)Libc.Read(entry.File, buffer, most) : 0;
        return System.Text.Encoding.UTF8.GetString(new ReadOnlySpan<byte>(buffer, Math.Max(read, 0))).Trim();
    }

    private int? ReadPid() =>
        File.Exists(_pidFile) && int.TryParse(File.ReadAllText(_pidFile).AsSpan().Trim(), CultureInfo.InvariantCulture, out var pid) ? pid : null;

    private static void Wait(PollEntry* entries, nuint count)
    {
        while (Libc.Poll(entries, count, -1) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Libc.Interrupted) throw new IOException($"Waiting for output failed: {Libc.LastError()}.");
        }
    }
}
