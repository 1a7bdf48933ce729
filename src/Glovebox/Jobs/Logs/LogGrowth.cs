namespace Glovebox.Jobs.Logs;

/// <summary>Tells when a log may have grown; one watch for all who follow the same log.</summary>
internal sealed class LogGrowth
{
    private readonly Lock _changing = new();
    private readonly Dictionary<string, Watched> _watched = new(StringComparer.Ordinal);

    /// <summary>A watch on a folder, to be disposed; null where there is no folder yet or the kernel has no watch to give.</summary>
    public Watch? Begin(string folder)
    {
        lock (_changing)
        {
            if (!_watched.TryGetValue(folder, out var watched))
            {
                if (Open(folder) is not { } files) return null;
                _watched[folder] = watched = new Watched(files);
            }
            watched.Users++;
            return new Watch(this, folder, watched);
        }
    }

    private static FileSystemWatcher? Open(string folder)
    {
        try
        {
            return new FileSystemWatcher(folder, "log") { NotifyFilter = NotifyFilters.Size | NotifyFilters.FileName };
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            return null;
        }
    }

    private void End(string folder, Watched watched)
    {
        lock (_changing)
        {
            if (--watched.Users > 0) return;
            _watched.Remove(folder);
        }
        watched.Dispose();
    }

    /// <summary>One follower's share.</summary>
    internal sealed class Watch(LogGrowth growth, string folder, Watched watched) : IDisposable
    {
        /// <summary>Done at the next change after this was asked for.</summary>
        public Task Next => watched.Next;

        public void Dispose() => growth.End(folder, watched);
    }

    internal sealed class Watched : IDisposable
    {
        private readonly FileSystemWatcher _files;
        private volatile TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Watched(FileSystemWatcher files)
        {
            _files = files;
            files.Changed += (_, _) => Tell();
            files.Created += (_, _) => Tell();
            files.Error += (_, _) => Tell();
            try
            {
                files.EnableRaisingEvents = true;
            }
            catch (IOException)
            {
                // No watch left in the kernel: followers look once a second.
            }
        }

        public int Users { get; set; }
        public Task Next => _next.Task;

        public void Dispose() => _files.Dispose();

        private void Tell() => Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }
}
