namespace Glovebox.Execution;

/// <summary>
/// Where the bytes of a running command go: to its log, and to whoever watches. A watcher that goes away (a closed pipe) does not disturb the
/// command: the log still gets every byte. Both streams may be written by different threads.
/// </summary>
public sealed class ExecutionOutput(ExecutionStreams streams, TimeProvider time) : IDisposable
{
    private readonly Lock _writing = new();
    private readonly ExecutionLogWriter _log = new(streams.LogPath, time, streams.LogLimitBytes);
    private Stream? _output = streams.Output;
    private Stream? _error = streams.Error;

    public void Receive(StandardStream stream, ReadOnlySpan<byte> chunk)
    {
        lock (_writing) _log.Append(stream, chunk);
        if (stream == StandardStream.Output) Show(ref _output, chunk);
        else Show(ref _error, chunk);
    }

    public void Dispose()
    {
        Close(_output);
        Close(_error);
        _log.Dispose();
    }

    private static void Show(ref Stream? watcher, ReadOnlySpan<byte> chunk)
    {
        if (watcher is null) return;
        try
        {
            watcher.Write(chunk);
            watcher.Flush();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            watcher = null;
        }
    }

    private static void Close(Stream? watcher)
    {
        try
        {
            watcher?.Flush();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Gone: the log has it all.
        }
    }
}
