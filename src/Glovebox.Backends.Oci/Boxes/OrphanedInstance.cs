using Glovebox.Api.Execution;
using Glovebox.Backends.Oci.Cgroups;
using Glovebox.Execution;

namespace Glovebox.Backends.Oci.Boxes;

/// <summary>
/// A box that belonged to another process. When that one is gone, what is left of the box is killed and its outcome is <c>lost</c>; as long as it
/// lives, the box is its affair, and waiting means waiting for its end.
/// </summary>
internal sealed class OrphanedInstance(BoxHandle box, string stateDirectory, ICgroup cgroup, TimeProvider time) : IInstance
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public InstanceHandle Handle => new(OciBackend.BackendName, box.Id, stateDirectory, Detached: false);

    public bool HasEnded => !OwnerLives();

    public async Task<Outcome> WaitAsync(CancellationToken cancel)
    {
        var reason = EndReason.None;
        while (OwnerLives())
        {
            if (cancel.IsCancellationRequested)
            {
                reason = EndReason.Cancelled;
                break;
            }
            await Task.Delay(Interval, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        BoxRemains.Kill(box, cgroup);
        var counted = cgroup.Read();
        return new Ending
        {
            Reason = reason,
            ExitCode = null,
            Limits = box.Limits,
            StartedAt = box.StartedAt,
            Duration = time.GetUtcNow() - box.StartedAt,
            Usage = new ResourceUsage(counted.CpuSeconds, counted.PeakMemoryBytes),
        }.Judge();
    }

    public async ValueTask DisposeAsync()
    {
        if (OwnerLives()) return;
        await DetachedStart.RemoveAsync(box, stateDirectory, cgroup, time).ConfigureAwait(false);
    }

    private bool OwnerLives()
    {
        using var owner = box.Engine.Open();
        return owner is not null;
    }
}
