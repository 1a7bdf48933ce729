using System.Runtime.InteropServices;
using Glovebox.Backends.Oci.Cgroups;
using Glovebox.Linux;
using Microsoft.Win32.SafeHandles;

namespace Glovebox.Backends.Oci.Boxes;

/// <summary>
/// A thread that starts one box. It stands in a cgroup made for the box, and enters a mount namespace of its own, so that the box's first process
/// is born in both. The thread stays until that process has ended, because a box dies with the thread that started it (PR_SET_PDEATHSIG). Made
/// ahead where a start must be quick: stepping into a cgroup waits some 7 ms for a grace period of the kernel.
/// </summary>
internal sealed unsafe class Berth : IDisposable
{
    private const int StackBytes = 256 * 1024;

    private readonly TaskCompletionSource<ICgroup> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<(Child?, string?)> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PipeEnds _order = new();
    private readonly NativeArena _arena = new();
    private readonly ExcursionPlan* _plan;
    private readonly ICgroupSite _site;
    private readonly string _name;
    private readonly Thread _thread;
    private string _program = "";
    private int _ordered;

    private Berth(ICgroupSite site, string name)
    {
        _site = site;
        _name = name;
        _plan = _arena.Room<ExcursionPlan>();
        _thread = new Thread(Run, StackBytes) { IsBackground = true, Name = "glovebox box" };
    }

    /// <summary>The cgroup. Fails with <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</summary>
    public Task<ICgroup> Ready => _ready.Task;

    public static Berth Open(ICgroupSite site, string name)
    {
        var berth = new Berth(site, name);
        berth._thread.Start();
        return berth;
    }

    /// <summary>Starts the program of this berth, once.</summary>
    /// <param name="space">The mounts it shall see; null for the host's.</param>
    /// <returns>The child, or the reason why there is none.</returns>
    public Task<(Child? Child, string? Failure)> LaunchAsync(MountSpace? space, SpawnRequest program)
    {
        _ordered = 1;
        _program = program.Program;
        _plan->Program = Spawner.Prepare(program, _arena);
        if (space is not null)
        {
            _plan->StandIn = _arena.Text(space.StandIn);
            _plan->MountCount = space.Mounts.Count;
            _plan->Mounts = _arena.Room<MountCall>(space.Mounts.Count);
            for (var i = 0; i < space.Mounts.Count; i++) _plan->Mounts[i] = space.Mounts[i].Prepare(_arena);
        }
        _order.Send();
        return _started.Task;
    }

    /// <summary>Gives up a berth that was not used, and removes its cgroup. A box that was started is not touched.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _ordered, 1) != 0) return;
        _plan->Abandoned = 1;
        _order.Send();
        _thread.Join();
    }

    private void Run()
    {
        ICgroup cgroup;
        var files = new List<SafeFileHandle>();
        try
        {
            cgroup = _site.Create(_name);
            Prepare(cgroup, files);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _ready.SetException(e);
            // Whoever gives this berth up at the same time still uses its memory.
            if (Interlocked.Exchange(ref _ordered, 1) == 0) Release(files);
            return;
        }
        _ready.SetResult(cgroup);
        Excursion.Run(_plan);
        var (pid, abandoned, failure) = (_plan->Pid, _plan->Abandoned != 0, Failure());
        Release(files);
        if (abandoned) cgroup.TryRemove();
        else if (pid == 0) _started.SetResult((null, failure));
        else Await(pid);
    }

    private void Release(List<SafeFileHandle> files)
    {
        foreach (var file in files) file.Dispose();
        _order.Dispose();
        if (_plan->Program.Program != null) Spawner.Release(_plan->Program);
        _arena.Dispose();
    }

    private void Await(int pid)
    {
        var exited = new TaskCompletionSource<ChildExit>(TaskCreationOptions.RunContinuationsAsynchronously);
        _started.SetResult((new Child(ProcessWatch.Open(pid)!, exited.Task), null));
        exited.SetResult(ChildExit.Await(pid));
    }

    // Everything is opened before the thread leaves: where it goes, it may not be in sight.
    private void Prepare(ICgroup cgroup, List<SafeFileHandle> files)
    {
        _plan->EntryFiles = Open(cgroup.EntryFiles, files);
        _plan->EntryCount = cgroup.EntryFiles.Count;
        _plan->HomeFiles = Open(cgroup.HomeFiles, files);
        _plan->HomeCount = cgroup.HomeFiles.Count;
        _plan->OrderFile = _order.Read;
        _plan->HomeNamespace = Add(Libc.OpenPath("/proc/thread-self/ns/mnt"), files);
        _plan->HomeRoot = Add(Libc.OpenPath("/"), files);
    }

    private int* Open(IReadOnlyList<string> paths, List<SafeFileHandle> files)
    {
        var numbers = new List<int>();
        foreach (var path in paths)
        {
            files.Add(File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite));
            numbers.Add((int)files[^1].DangerousGetHandle());
        }
        return _arena.Numbers(numbers);
    }

    private static int Add(int file, List<SafeFileHandle> files)
    {
        if (file < 0) throw new IOException($"The own mount namespace could not be opened: {Libc.LastError()}.");
        files.Add(new SafeFileHandle(file, ownsHandle: true));
        return file;
    }

    private string? Failure()
    {
        var reason = Marshal.GetPInvokeErrorMessage(_plan->Error);
        return _plan->Failed switch
        {
            ExcursionStep.None => null,
            ExcursionStep.EnterCgroup => $"The box's cgroup could not be entered: {reason}.",
            ExcursionStep.MountNamespace => $"A mount namespace could not be made: {reason}. The engine needs the capability CAP_SYS_ADMIN.",
            ExcursionStep.Mount => MountSpace.Explain(Marshal.PtrToStringUTF8((nint)_plan->Mounts[_plan->FailedMount].Target), reason),
            ExcursionStep.Spawn => Spawner.Explain(_program, -_plan->Error),
            _ => throw new InvalidOperationException($"A thread could not return from its mount namespace: {reason}."),
        };
    }
}
