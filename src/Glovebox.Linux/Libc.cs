using System.Runtime.InteropServices;

namespace Glovebox.Linux;

/// <summary>The system calls that .NET has no name for. All numbers are those of Linux on every 64-bit machine.</summary>
internal static unsafe partial class Libc
{
    public const int NewMountNamespace = 0x00020000;
    public const ulong MountRecursive = 0x4000;
    public const ulong MountSlave = 1 << 19;
    public const ulong NoSuid = 2, NoDevices = 4, NoExec = 8;

    public const int Terminate = 15, Kill = 9;
    public const int TryAgain = 11, Interrupted = 4, NoSuchProcess = 3;

    private const int OpenReadOnly = 0, OpenWriteOnly = 1;
    public const int CloseOnExec = 0x80000;
    public const int NonBlocking = 0x800;

    private const long PidFdSendSignal = 424, PidFdOpen = 434;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    /// <summary>A negative number when that fails.</summary>
    public static int OpenFile(string path, bool write) => Open(path, (write ? OpenWriteOnly : OpenReadOnly) | CloseOnExec);

    /// <summary>For a pipe by name: fails where nobody reads, instead of waiting for a reader.</summary>
    public static int OpenToWriteNow(string path) => Open(path, OpenWriteOnly | NonBlocking | CloseOnExec);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int file, byte* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Link(string from, string to);

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ChangeOwner(string path, uint user, uint group);

    public const int MayWrite = 2, MayExecute = 1;

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Access(string path, int mode);

    /// <summary>The session of a process; -1 when it is gone.</summary>
    [LibraryImport("libc", EntryPoint = "getsid", SetLastError = true)]
    public static partial int SessionOf(int pid);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "isatty")]
    public static partial int IsTerminal(int file);

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    public static partial int Pipe(int* ends, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int file, byte* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollEntry* entries, nuint count, int timeout);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
    public static partial int InotifyOpen(int flags);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int InotifyWatch(int file, string path, uint events);

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MemoryFile(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "sendfile", SetLastError = true)]
    public static partial nint SendFile(int to, int from, long* offset, nuint count);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Control(int file, int command, nint argument);

    /// <summary>What a process consumed itself, for <paramref name="who"/> 0 this one.</summary>
    [LibraryImport("libc", EntryPoint = "getrusage")]
    public static partial int GetUsage(int who, byte* usage);

    [LibraryImport("libc", EntryPoint = "wait4", SetLastError = true)]
    public static partial int Wait(int pid, int* status, int options, byte* usage);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int SignalNumber(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "getxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint GetAttribute(string path, string name, byte* value, nuint size);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Stat(int directory, string path, int flags, uint mask, FileFacts* facts);

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    public static partial int GetLimit(int resource, ulong* pair);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint a, nint b, nint c, nint d);

    public static int OpenProcess(int pid) => (int)SystemCall((nint)PidFdOpen, pid, 0, 0, 0);

    public static int SignalProcess(int pidFd, int signal) => (int)SystemCall((nint)PidFdSendSignal, pidFd, signal, 0, 0);

    /// <summary>The reason of the last failed call, in the system's words.</summary>
    public static string LastError() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
}

[StructLayout(LayoutKind.Sequential)]
internal struct PollEntry
{
    public const short Readable = 1;

    public int File;
    public short Events;
    public short Returned;
}
