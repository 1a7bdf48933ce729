using System.Runtime.InteropServices;

namespace Glovebox.Linux;

/// <summary>How a process of ours ended.</summary>
/// <param name="ExitCode">128 + signal when a signal ended it.</param>
/// <param name="CpuSeconds">Of it and its waited-for children.</param>
/// <param name="PeakMemoryBytes">Of the largest of them; null where that is not known, because this process is larger.</param>
internal readonly record struct ChildExit(int ExitCode, double CpuSeconds, long? PeakMemoryBytes)
{
    /// <summary>Waits on this thread for a child to end, and takes it out of the process table.</summary>
    public static unsafe ChildExit Await(int pid)
    {
        // struct rusage: user and system time as seconds and microseconds, then the peak in KiB.
        var usage = stackalloc long[32];
        int status;
        while (Libc.Wait(pid, &status, 0, (byte*)usage) < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != Libc.Interrupted) throw new InvalidOperationException($"Process {pid} is not ours to wait for (errno {error}).");
        }
        var signal = status & 0x7f;
        var code = signal == 0 ? (status >> 8) & 0xff : 128 + signal;
        return new ChildExit(code, usage[0] + usage[2] + (usage[1] + usage[3]) / 1e6, PeakOf(usage[4]));
    }

    /// <summary>A child begins with its parent's peak (exec keeps what vfork shared), so only a larger one is its own.</summary>
    private static unsafe long? PeakOf(long kibibytes)
    {
        var own = stackalloc long[32];
        _ = Libc.GetUsage(0, (byte*)own);
        return kibibytes > own[4] ? kibibytes * 1024 : null;
    }
}
