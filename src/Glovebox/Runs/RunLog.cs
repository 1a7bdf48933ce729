using Glovebox.Execution;

namespace Glovebox.Runs;

/// <summary>Reads the log of a run.</summary>
internal static class RunLog
{
    // A log on a file system that reports no changes (NFS, some overlays) is still looked at this often.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>How many bytes the command wrote to each stream; zeros when there is no log.</summary>
    public static async Task<(long Output, long Error)> MeasureAsync(string path, CancellationToken cancellation)
    {
        if (!File.Exists(path)) return (0, 0);
        using var output = new CountingStream();
        using var error = new CountingStream();
        await ExecutionLog.CopyAsync(path, 0, output, error, cancellation);
        return (output.Count, error.Count);
    }

    /// <summary>Copies the log, and goes on copying what is added until <paramref name="ended"/> is done.</summary>
    public static async Task CopyAsync(string path, Stream? output, Stream? error, Task ended, TimeProvider time, CancellationToken cancellation)
    {
        if (!File.Exists(path) && ended.IsCompleted) return;
        using var changed = new SemaphoreSlim(0);
        using var watcher = ended.IsCompleted ? null : Watch(path, changed);
        long offset = 0;
        while (true)
        {
            var last = ended.IsCompleted;
            if (File.Exists(path)) offset = await ExecutionLog.CopyAsync(path, offset, output, error, cancellation);
            if (last) break;
            using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await Task.WhenAny(ended, changed.WaitAsync(pause.Token), Task.Delay(LongestPause, time, pause.Token));
            await pause.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
        }

        await ended;
    }

    private static FileSystemWatcher Watch(string path, SemaphoreSlim changed)
    {
        var watcher = new FileSystemWatcher(Path.GetDirectoryName(path)!, Path.GetFileName(path)) { NotifyFilter = NotifyFilters.Size | NotifyFilters.FileName };
        watcher.Changed += (_, _) => changed.Release();
        watcher.Created += (_, _) => changed.Release();
        watcher.EnableRaisingEvents = true;
        return watcher;
    }
}
