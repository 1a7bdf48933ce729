using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Glovebox.Files;

/// <summary>
/// A lock between processes, held on a file (flock(2)) until disposed or until the process ends, however it ends. The file is made when it
/// is missing and stays. Locks of one process exclude each other too.
/// </summary>
public sealed class FileLock : IDisposable
{
    private const int Shared = 1, Exclusive = 2, NonBlocking = 4;
    private const int LongestNote = 256;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(2), LongestPause = TimeSpan.FromMilliseconds(100);

    private readonly SafeFileHandle _file;

    private FileLock(SafeFileHandle file, string path)
    {
        _file = file;
        Path = path;
    }

    public string Path { get; }

    /// <summary>Takes the lock when nobody else holds it.</summary>
    /// <param name="shared">True for a lock that other shared holders do not hinder.</param>
    /// <returns>Null when it is held.</returns>
    /// <exception cref="FileException">The file cannot be made or opened.</exception>
    public static FileLock? TryAcquire(string path, bool shared = false)
    {
        var file = Open(path);
        if (Libc.Lock(FileContent.Fd(file), (shared ? Shared : Exclusive) | NonBlocking) == 0) return new FileLock(file, path);
        var errno = Marshal.GetLastPInvokeError();
        file.Dispose();
        return errno is Errno.WouldBlock or Errno.Interrupted ? null : throw new FileException("lock", path, errno);
    }

    /// <summary>Waits for the lock. flock(2) cannot be waited for and cancelled, so it is asked for again, up to ten times a second.</summary>
    /// <exception cref="FileException">The file cannot be made or opened.</exception>
    public static async Task<FileLock> AcquireAsync(string path, TimeProvider time, CancellationToken cancellation, bool shared = false)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            cancellation.ThrowIfCancellationRequested();
            if (TryAcquire(path, shared) is { } held) return held;
            await Task.Delay(pause, time, cancellation);
        }
    }

    /// <summary>Leaves a word in the file, for whoever finds it; once.</summary>
    public void Note(string word) => RandomAccess.Write(_file, System.Text.Encoding.UTF8.GetBytes(word), fileOffset: 0);

    /// <summary>What the holder, alive or not, has left; null when there is no file. It can be read while the lock is held.</summary>
    public static string? NoteOf(string path)
    {
        using var folder = Folder.Open(System.IO.Path.GetDirectoryName(path)!);
        using var file = folder.TryOpenFile(PathBytes.FromText(System.IO.Path.GetFileName(path)), out _);
        if (file is null) return null;
        Span<byte> word = stackalloc byte[LongestNote];
        return System.Text.Encoding.UTF8.GetString(word[..FileContent.Fill(file, word, path)]);
    }

    private static unsafe SafeFileHandle Open(string path)
    {
        fixed (byte* name = Name.Terminate(PathBytes.FromText(path), stackalloc byte[Name.Room]))
        {
            var fd = Libc.Open(name, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.CloseOnExec, 0x1B6);
            return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw FileException.Last("lock", path);
        }
    }

    public void Dispose() => _file.Dispose();
}
