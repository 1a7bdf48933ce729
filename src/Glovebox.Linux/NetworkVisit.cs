using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Glovebox.Linux;

/// <summary>
/// Makes a socket in the network of another process. A socket stays in the network where it was made, so a thread goes there for three calls. As
/// with an <see cref="Excursion"/>, no managed code runs between leaving and coming back.
/// </summary>
internal static unsafe class NetworkVisit
{
    private const int NewNetwork = 0x40000000, Internet = 2, Stream = 1, CloseOnExec = 0x80000;
    private static readonly Calls Library = Calls.Load();

    /// <exception cref="IOException">The process is gone, or its network may not be entered.</exception>
    public static Socket OpenSocket(int pid)
    {
        var there = Libc.OpenFile(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/proc/{pid}/ns/net"), write: false);
        if (there < 0) throw new IOException($"The network of process {pid} cannot be entered: {Libc.LastError()}.");
        var result = 0;
        // A thread of its own: if it could not come back, it would end where nobody else is.
        var thread = new Thread(() =>
        {
            var home = Libc.OpenFile("/proc/thread-self/ns/net", write: false);
            var calls = Library;
            result = home < 0 ? -1 : Away(there, home, &calls);
            if (home >= 0) _ = Libc.Close(home);
        }, 128 * 1024)
        { IsBackground = true };
        thread.Start();
        thread.Join();
        _ = Libc.Close(there);
        if (result < 0) throw new IOException($"The network of process {pid} cannot be entered: {Marshal.GetPInvokeErrorMessage(-result)}.");
        return new Socket(new SafeSocketHandle(result, ownsHandle: true));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int Away(int there, int home, Calls* call)
    {
        if (call->SetNamespace(there, NewNetwork) != 0) return -*call->Errno();
        var made = call->Socket(Internet, Stream | CloseOnExec, 0);
        if (made < 0) made = -*call->Errno();
        while (call->SetNamespace(home, NewNetwork) != 0 && *call->Errno() == Libc.Interrupted)
        {
        }
        return made;
    }

    private struct Calls
    {
        public delegate* unmanaged<int, int, int> SetNamespace;
        public delegate* unmanaged<int, int, int, int> Socket;
        public delegate* unmanaged<int*> Errno;

        public static Calls Load()
        {
            var library = NativeLibrary.Load("libc", typeof(Calls).Assembly, null);
            return new Calls
            {
                SetNamespace = (delegate* unmanaged<int, int, int>)NativeLibrary.GetExport(library, "setns"),
                Socket = (delegate* unmanaged<int, int, int, int>)NativeLibrary.GetExport(library, "socket"),
                Errno = (delegate* unmanaged<int*>)NativeLibrary.GetExport(library, "__errno_location"),
            };
        }
    }
}
