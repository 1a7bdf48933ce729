using Glovebox.Backends.Oci.Cgroups;
using Glovebox.Linux;

namespace Glovebox.Backends.Oci.Boxes;

/// <summary>
/// A thread that starts one box. It stands in a cgroup made for the box, and in a mount namespace of its own, so that the box's first process
/// is born in both; it stays until that process has ended, because a box dies with the thread that started it (PR_SET_PDEATHSIG). Made ahead
/// where a start must be quick: stepping into a cgroup waits some 7 ms for a grace period of the kernel.
/// </summary>
internal sealed class Berth
{
    private const int StackBytes = 256 * 1024;

    private readonly TaskCompletionSource<ICgroup> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Order?> _order = new();
    private readonly ICgroupSite _site;
    private readonly string _name;
    private readonly Thread _thread;

    private Berth(ICgroupSite site, string name)
    {
        _site = site;
        _name = name;
        _thread = new Thread(Run, StackBytes) { IsBackground = true, Name = "glovebox box" };
    }

    /// <summary>The cgroup; its thread stands in it. Fails with <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</summary>
    public Task<ICgroup> Ready => _ready.Task;

    public static Berth Open(ICgroupSite site, string name)
    {
        var berth = new Berth(site, name);
        berth._thread.Start();
        return berth;
    }

    /// <summary>Starts the program of this berth, once.</summary>
    /// <param name="before">Done on the thread first; returns why it could not be done.</param>
    /// <returns>The child, or the reason why there is none.</returns>
    public Task<(Child? Child, string? Failure)> LaunchAsync(Func<string?> before, SpawnRequest program)
    {
        var order = new Order(before, program);
        _order.SetResult(order);
        return order.Started.Task;
    }

    /// <summary>Gives up a berth that was not used, and removes its cgroup.</summary>
    public void Abandon()
    {
        _order.TrySetResult(null);
        _thread.Join();
    }

    private void Run()
    {
        ICgroup cgroup;
        try
        {
            cgroup = _site.Create(_name);
            cgroup.EnterThread();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _ready.SetException(e);
            return;
        }
        _ready.SetResult(cgroup);
        var order = _order.Task.GetAwaiter().GetResult();
        if (order is null)
        {
            cgroup.LeaveThread();
            cgroup.TryRemove();
            return;
        }
        var (pid, failure) = Start(order, cgroup);
        if (pid < 0)
        {
            order.Started.SetResult((null, failure));
            return;
        }
        var exited = new TaskCompletionSource<ChildExit>(TaskCreationOptions.RunContinuationsAsynchronously);
        order.Started.SetResult((new Child(ProcessWatch.Open(pid)!, exited.Task), null));
        exited.SetResult(ChildExit.Await(pid));
    }

    private static (int Pid, string? Failure) Start(Order order, ICgroup cgroup)
    {
        try
        {
            if (order.Before() is { } reason) return (-1, reason);
            var pid = Spawner.Spawn(order.Program);
            return pid > 0 ? (pid, null) : (-1, Spawner.Explain(order.Program, pid));
        }
        finally
        {
            cgroup.LeaveThread();
        }
    }

    private sealed record Order(Func<string?> Before, SpawnRequest Program)
    {
        public TaskCompletionSource<(Child?, string?)> Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
