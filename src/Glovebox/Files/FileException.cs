using System.Runtime.InteropServices;

namespace Glovebox.Files;

/// <summary>A call on a file failed: the message holds what was tried, the path and the system's own text of the error.</summary>
public sealed class FileException(string action, string path, int errno)
    : IOException($"cannot {action} {path}: {Marshal.GetPInvokeErrorMessage(errno)}")
{
    public string Path { get; } = path;

    /// <summary>The error number of Linux, such as 28 (no space left on device).</summary>
    public int Errno { get; } = errno;

    /// <summary>The system's text for the error alone.</summary>
    public string Reason => ReasonOf(Errno);

    /// <summary>The disk, or the user's share of it, is full.</summary>
    public bool IsFull => Errno is Files.Errno.NoSpace or Files.Errno.QuotaExceeded;

    internal static string ReasonOf(int errno) => Marshal.GetPInvokeErrorMessage(errno);

    /// <summary>The failure of the call just made.</summary>
    internal static FileException Last(string action, string path) => new(action, path, Marshal.GetLastPInvokeError());
}
