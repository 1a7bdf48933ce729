using System.Runtime.InteropServices;

namespace Glovebox.Linux;

/// <summary>How a process of ours ended.</summary>
/// <param name="ExitCode">128 + signal when a signal ended it.</param>
/// <param name="CpuSeconds">Of it and its waited-for children.</param>
/// <param name="PeakMemoryBytes">Of the largest of them.</param>
internal readonly record struct ChildExit(int ExitCode, double CpuSeconds, long PeakMemoryBytes)
{
    /// <summary>Waits on this thread for a child to end, and takes it out of the process table.</summary>
    /// <param name="ended">Called when it has ended and its number is still its own.</param>
    public static unsafe ChildExit Await(int pid, Action<int>? ended = null)
    {
        const int byNumber = 1, exited = 4, leave = 0x01000000;
        // siginfo_t, then struct rusage: user and system time as seconds and microseconds, then the peak in KiB.
        var information = stackalloc byte[128];
        var usage = stackalloc long[32];
        int status;
        while (Libc.WaitFor(byNumber, pid, information, exited | leave) < 0) ThrowUnlessInterrupted(pid);
        ended?.Invoke(pid);
        while (Libc.Wait(pid, &status, 0, (byte*)usage) < 0) ThrowUnlessInterrupted(pid);
        var signal = status & 0x7f;
        var code = signal == 0 ? (status >> 8) & 0xff : 128 + signal;
        return new ChildExit(code, usage[0] + usage[2] + (usage[1] + usage[3]) / 1e6, usage[4] * 1024);
    }

    private static void ThrowUnlessInterrupted(int pid)
    {
        var error = Marshal.GetLastPInvokeError();
        if (error != Libc.Interrupted) throw new InvalidOperationException($"Process {pid} is not ours to wait for (errno {error}).");
    }
}

/// <summary>A running process of ours, waited for by the thread that started it.</summary>
internal sealed record Child(ProcessWatch Process, Task<ChildExit> Exited)
{
    private const int StackBytes = 256 * 1024;

    /// <summary>Starts a program on a thread that stays until it has ended: a parent-death signal is bound to the thread.</summary>
    /// <param name="ended">See <see cref="ChildExit.Await"/>.</param>
    /// <returns>The child, or the reason why there is none.</returns>
    public static Task<(Child? Child, string? Failure)> StartAsync(SpawnRequest request, Action<int>? ended = null)
    {
        var started = new TaskCompletionSource<(Child?, string?)>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() => Run(request, ended, started), StackBytes) { IsBackground = true, Name = "glovebox process" };
        thread.Start();
        return started.Task;
    }

    /// <summary>Runs a short program to its end. The exit code, or a negative errno when it could not be started.</summary>
    public static Task<int> RunAsync(SpawnRequest request) => Task.Run(() =>
    {
        var pid = Spawner.Spawn(request);
        return pid < 0 ? pid : ChildExit.Await(pid).ExitCode;
    });

    private static void Run(SpawnRequest request, Action<int>? ended, TaskCompletionSource<(Child?, string?)> started)
    {
        var pid = Spawner.Spawn(request);
        if (pid < 0)
        {
            started.SetResult((null, Spawner.Explain(request.Program, pid)));
            return;
        }
        var exited = new TaskCompletionSource<ChildExit>(TaskCreationOptions.RunContinuationsAsynchronously);
        started.SetResult((new Child(ProcessWatch.Open(pid)!, exited.Task), null));
        exited.SetResult(ChildExit.Await(pid, ended));
    }
}
