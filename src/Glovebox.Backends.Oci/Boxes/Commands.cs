using System.Runtime.InteropServices;
using Glovebox.Backends.Oci.Linux;

namespace Glovebox.Backends.Oci.Boxes;

/// <summary>Short-lived programs of the engine's own.</summary>
internal static class Commands
{
    /// <summary>Runs one to its end. The exit code, or a negative errno when it could not be started.</summary>
    public static Task<int> RunAsync(SpawnRequest request) => Task.Run(() => Run(request));

    private static unsafe int Run(SpawnRequest request)
    {
        var pid = Spawner.Spawn(request);
        if (pid < 0) return pid;
        int status;
        while (Libc.Wait(pid, &status, 0, null) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Libc.Interrupted) return -Marshal.GetLastPInvokeError();
        }
        var signal = status & 0x7f;
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal;
    }
}
