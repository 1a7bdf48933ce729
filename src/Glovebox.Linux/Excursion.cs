using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Glovebox.Linux;

/// <summary>
/// Runs a plan on the calling thread. From its first step to its last no managed code runs: a thread that .NET made meanwhile would be a child of
/// this one and stay for ever in the box's cgroup and mounts. So it is one method, compiled once and fully, of nothing but calls to the C library.
/// </summary>
internal static unsafe class Excursion
{
    private static readonly Calls* Library = Calls.Load();

    public static void Run(ExcursionPlan* plan) => Away(plan, Library);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Away(ExcursionPlan* plan, Calls* call)
    {
        byte zero = (byte)'0', order;
        var here = stackalloc byte[2] { (byte)'.', 0 };
        var slash = stackalloc byte[2] { (byte)'/', 0 };
        for (var i = 0; i < plan->Entry.Count; i++)
        {
            if (call->Write(plan->Entry.Files[i], &zero, 1) < 0) (plan->Failed, plan->Error) = (ExcursionStep.EnterCgroup, *call->Errno());
        }
        while (call->Read(plan->OrderFile, &order, 1) < 0 && *call->Errno() == Libc.Interrupted)
        {
        }
        for (var i = 0; i < plan->LateEntry.Count; i++)
        {
            if (call->Write(plan->LateEntry.Files[i], &zero, 1) < 0) (plan->Failed, plan->Error) = (ExcursionStep.EnterCgroup, *call->Errno());
        }
        if (plan->Abandoned == 0 && plan->Failed == ExcursionStep.None)
        {
            var away = false;
            if (plan->StandIn != null)
            {
                plan->Failed = ExcursionStep.MountNamespace;
                away = call->Unshare(Libc.NewMountNamespace) == 0;
                // Slave: a disk that the host unmounts is let go here too, and nothing of ours reaches the host.
                var apart = away && call->Mount(slash, slash, null, Libc.MountRecursive | Libc.MountSlave, null) == 0
                    && call->ChangeDirectory(plan->StandIn) == 0;
                if (apart)
                {
                    plan->Failed = ExcursionStep.None;
                    for (; plan->FailedMount < plan->MountCount; plan->FailedMount++)
                    {
                        var mount = plan->Mounts + plan->FailedMount;
                        if (call->Mount(mount->Source, mount->Target, mount->Type, mount->Flags, mount->Options) == 0) continue;
                        plan->Failed = ExcursionStep.Mount;
                        break;
                    }
                }
                if (plan->Failed != ExcursionStep.None) plan->Error = *call->Errno();
            }
            if (plan->Failed == ExcursionStep.None)
            {
                var program = &plan->Program;
                int pid;
                var error = call->Spawn(&pid, program->Program, program->Actions, program->Attributes, program->Arguments, program->Environment);
                if (error == 0) plan->Pid = pid;
                else (plan->Failed, plan->Error) = (ExcursionStep.Spawn, error);
            }
            if (away) plan->AwayNamespace = call->Open(call->Namespace, Libc.CloseOnExec);
            if (away && (call->SetNamespace(plan->HomeNamespace, Libc.NewMountNamespace) != 0
                || call->ChangeToOpen(plan->HomeRoot) != 0 || call->ChangeRoot(here) != 0))
            {
                (plan->Failed, plan->Error) = (ExcursionStep.Return, *call->Errno());
            }
        }
        for (var i = 0; i < plan->Home.Count; i++) call->Write(plan->Home.Files[i], &zero, 1);
        for (var i = 0; i < plan->LateHome.Count; i++) call->Write(plan->LateHome.Files[i], &zero, 1);
    }

    /// <summary>The C library's functions by address: a call through one needs nothing of the runtime, not even at the first time.</summary>
    private struct Calls
    {
        public byte* Namespace;
        public delegate* unmanaged<byte*, int, int> Open;
        public delegate* unmanaged<int, byte*, nint, nint> Write;
        public delegate* unmanaged<int, byte*, nint, nint> Read;
        public delegate* unmanaged<int*> Errno;
        public delegate* unmanaged<int, int> Unshare;
        public delegate* unmanaged<byte*, byte*, byte*, ulong, byte*, int> Mount;
        public delegate* unmanaged<byte*, int> ChangeDirectory;
        public delegate* unmanaged<int*, byte*, byte*, byte*, byte**, byte**, int> Spawn;
        public delegate* unmanaged<int, int, int> SetNamespace;
        public delegate* unmanaged<int, int> ChangeToOpen;
        public delegate* unmanaged<byte*, int> ChangeRoot;

        public static Calls* Load()
        {
            var library = NativeLibrary.Load("libc", typeof(Calls).Assembly, null);
            var calls = (Calls*)NativeMemory.AllocZeroed((nuint)sizeof(Calls));
            calls->Namespace = (byte*)Marshal.StringToCoTaskMemUTF8("/proc/thread-self/ns/mnt");
            calls->Open = (delegate* unmanaged<byte*, int, int>)NativeLibrary.GetExport(library, "open");
            calls->Write = (delegate* unmanaged<int, byte*, nint, nint>)NativeLibrary.GetExport(library, "write");
            calls->Read = (delegate* unmanaged<int, byte*, nint, nint>)NativeLibrary.GetExport(library, "read");
            calls->Errno = (delegate* unmanaged<int*>)NativeLibrary.GetExport(library, "__errno_location");
            calls->Unshare = (delegate* unmanaged<int, int>)NativeLibrary.GetExport(library, "unshare");
            calls->Mount = (delegate* unmanaged<byte*, byte*, byte*, ulong, byte*, int>)NativeLibrary.GetExport(library, "mount");
            calls->ChangeDirectory = (delegate* unmanaged<byte*, int>)NativeLibrary.GetExport(library, "chdir");
            calls->Spawn = (delegate* unmanaged<int*, byte*, byte*, byte*, byte**, byte**, int>)NativeLibrary.GetExport(library, "posix_spawn");
            calls->SetNamespace = (delegate* unmanaged<int, int, int>)NativeLibrary.GetExport(library, "setns");
            calls->ChangeToOpen = (delegate* unmanaged<int, int>)NativeLibrary.GetExport(library, "fchdir");
            calls->ChangeRoot = (delegate* unmanaged<byte*, int>)NativeLibrary.GetExport(library, "chroot");
            return calls;
        }
    }
}
