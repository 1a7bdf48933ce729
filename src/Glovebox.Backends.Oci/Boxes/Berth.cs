using System.Runtime.InteropServices;
using Glovebox.Backends.Oci.Cgroups;
using Glovebox.Linux;

namespace Glovebox.Backends.Oci.Boxes;

/// <summary>
/// A thread that starts one box and follows it to its end. It stands in a cgroup made for the box, and enters a mount namespace of its own, so
/// that the box's first process is born in both. Made ahead where a start must be quick: stepping into a cgroup waits some 7 ms for a grace period
/// of the kernel.
/// </summary>
internal sealed unsafe class Berth : IDisposable
{
    private const int StackBytes = 256 * 1024;

    private readonly PipeEnds _order = new();
    private readonly NativeArena _arena = new();
    private readonly List<int> _files = [];
    private readonly ExcursionPlan* _plan;
    private readonly Thread _thread;
    private readonly TaskCompletionSource<(string? Answer, string? Failure)> _followed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Func<int, (string? Answer, string? Failure)>? _follow;
    private string _program = "";
    private OutputPump? _pump;
    private bool _ordered;

    private Berth(ICgroup cgroup)
    {
        Cgroup = cgroup;
        _plan = _arena.Room<ExcursionPlan>();
        _thread = new Thread(Run, StackBytes) { IsBackground = true, Name = "glovebox box" };
    }

    public ICgroup Cgroup { get; }

    public Child Child { get; } = new();

    /// <exception cref="IOException">The cgroup cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The cgroup cannot be made.</exception>
    public static Berth Open(ICgroupSite site, string name)
    {
        var berth = new Berth(site.Create(name));
        try
        {
            berth.Prepare();
            berth._thread.Start();
            return berth;
        }
        catch (IOException)
        {
            berth.Release();
            berth.Cgroup.TryRemove();
            throw;
        }
    }

    /// <summary>
    /// Runs a program in a mount namespace of its own and in none of our cgroups; what it leaves behind stays in that namespace.
    /// </summary>
    /// <param name="follow">Given its number, waits for it on the berth's thread; its result is the result. Not called when the program did not start.</param>
    /// <exception cref="IOException">The own mount namespace cannot be opened.</exception>
    public static Task<(string? Answer, string? Failure)> RunApartAsync(
        MountSpace space, SpawnRequest program, Func<int, (string? Answer, string? Failure)> follow)
    {
        var berth = new Berth(NoCgroupSite.Nothing) { _follow = follow };
        try
        {
            berth.Prepare();
            berth._thread.Start();
        }
        catch (IOException)
        {
            berth.Release();
            throw;
        }
        berth.Launch(space, program, pump: null);
        return berth._followed.Task;
    }

    /// <summary>Starts the program of this berth, once. How that went is told by <see cref="Child"/>.</summary>
    /// <param name="space">The mounts it shall see; null for the host's.</param>
    /// <param name="pump">Owned from now on; null for a program that says nothing and is not followed.</param>
    public void Launch(MountSpace? space, SpawnRequest program, OutputPump? pump)
    {
        _ordered = true;
        _program = program.Program;
        _pump = pump;
        _plan->Program = Spawner.Prepare(program, _arena);
        if (space is not null)
        {
            _plan->StandIn = _arena.Text(space.StandIn);
            _plan->MountCount = space.Mounts.Count;
            _plan->Mounts = _arena.Room<MountCall>(space.Mounts.Count);
            for (var i = 0; i < space.Mounts.Count; i++) _plan->Mounts[i] = space.Mounts[i].Prepare(_arena);
        }
        // What the limits added; the thread is in the others already.
        _plan->LateEntry = Open(Cgroup.EntryFiles, _plan->Entry.Count);
        _plan->LateHome = Open(Cgroup.HomeFiles, _plan->Home.Count);
        _order.Send();
    }

    /// <summary>Gives up a berth that was not used, and removes its cgroup. A box that was started is not touched.</summary>
    public void Dispose()
    {
        if (_ordered) return;
        _ordered = true;
        _plan->Abandoned = 1;
        _order.Send();
        _thread.Join();
        Cgroup.TryRemove();
    }

    private void Run()
    {
        Excursion.Run(_plan);
        var (pid, failure, space) = (_plan->Pid, Failure(), _plan->AwayNamespace);
        Release();
        if (_follow is not null)
        {
            _followed.SetResult(pid != 0 ? _follow(pid) : (null, failure));
        }
        else if (pid != 0)
        {
            Child.Follow(pid, _pump!);
        }
        else if (failure is not null)
        {
            _pump!.Dispose();
            Child.Fail(failure);
        }
        if (space > 0) _ = Libc.Close(space);
    }

    // Everything is opened before the thread leaves: where it goes, it may not be in sight.
    private void Prepare()
    {
        _plan->Entry = Open(Cgroup.EntryFiles, 0);
        _plan->Home = Open(Cgroup.HomeFiles, 0);
        _plan->OrderFile = _order.Read;
        _plan->HomeNamespace = Keep(Libc.OpenFile("/proc/self/ns/mnt", write: false));
        _plan->HomeRoot = Keep(Libc.OpenFile("/", write: false));
    }

    private FileList Open(IReadOnlyList<string> paths, int from)
    {
        var list = new FileList { Count = paths.Count - from, Files = _arena.Room<int>(paths.Count - from) };
        for (var i = 0; i < list.Count; i++) list.Files[i] = Keep(KernelFile.OpenWrite(paths[from + i]));
        return list;
    }

    private int Keep(int file)
    {
        if (file < 0) throw new IOException($"The own mount namespace could not be opened: {Libc.LastError()}.");
        _files.Add(file);
        return file;
    }

    private void Release()
    {
        foreach (var file in _files) _ = Libc.Close(file);
        _order.Dispose();
        if (_plan->Program.Program != null) Spawner.Release(_plan->Program);
        _arena.Dispose();
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
