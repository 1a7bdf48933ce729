using System.Globalization;
using System.Runtime.InteropServices;

namespace Glovebox.Linux;

/// <summary>A hold on one process, which never means another one that got the same number later (pidfd_open(2)).</summary>
internal sealed class ProcessWatch : SafeHandle
{
    private ProcessWatch(int file, int pid) : base(-1, ownsHandle: true)
    {
        SetHandle(file);
        Pid = pid;
    }

    public int Pid { get; }

    /// <summary>Readable when the process has ended.</summary>
    public int File => (int)handle;

    public override bool IsInvalid => handle < 0;

    /// <summary>Null when there is no such process.</summary>
    /// <param name="startedAt">When known, the <see cref="StartOf"/> the process must have; 0 for a child of our own.</param>
    public static ProcessWatch? Open(int pid, long startedAt = 0)
    {
        if (pid <= 0) return null;
        var file = Libc.OpenProcess(pid);
        if (file < 0) return null;
        var watch = new ProcessWatch(file, pid);
        if (startedAt == 0 || StartOf(pid) == startedAt) return watch;
        watch.Dispose();
        return null;
    }

    /// <summary>The process's start in clock ticks since boot (field 22 of /proc/PID/stat), which with its number names it for good; 0 when gone.</summary>
    public static long StartOf(int pid)
    {
        try
        {
            var text = System.IO.File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            // The second field, the name in parentheses, may hold anything.
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return long.Parse(fields[19], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>False when the process is gone.</summary>
    public bool Signal(int signal)
    {
        var added = false;
        try
        {
            DangerousAddRef(ref added);
            return Libc.SignalProcess(File, signal) == 0;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            if (added) DangerousRelease();
        }
    }

    protected override bool ReleaseHandle() => Libc.Close((int)handle) == 0;
}
