namespace Glovebox.Linux;

/// <summary>Becomes readable when a file in one directory was written and closed, or renamed to its place (inotify(7)).</summary>
internal sealed class DirectoryWatch : IDisposable
{
    private const uint CloseWrite = 0x8, MovedTo = 0x80;
    private int _file;

    public DirectoryWatch(string directory)
    {
        _file = Libc.InotifyOpen(Libc.CloseOnExec | Libc.NonBlocking);
        if (_file >= 0 && Libc.InotifyWatch(_file, directory, CloseWrite | MovedTo) >= 0) return;
        var reason = Libc.LastError();
        Dispose();
        throw new IOException($"'{directory}' cannot be watched: {reason}. Raise fs.inotify.max_user_instances.");
    }

    public int File => _file;

    /// <summary>Takes the news away, so that the next event makes it readable again.</summary>
    public unsafe void Drain()
    {
        var buffer = stackalloc byte[4096];
        while (Libc.Read(_file, buffer, 4096) > 0)
        {
        }
    }

    public void Dispose()
    {
        var file = Interlocked.Exchange(ref _file, -1);
        if (file >= 0) _ = Libc.Close(file);
    }
}
