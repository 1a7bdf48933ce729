using Glovebox.Backends.Oci.Cgroups;
using Glovebox.Linux;
using Glovebox.Execution;

namespace Glovebox.Backends.Oci.Boxes;

/// <summary>Starts a box that outlives this process.</summary>
internal sealed class DetachedStart(BoxSite site)
{
    public async Task<StartResult> StartAsync(ExecutionRequest request, CancellationToken cancellation)
    {
        var cgroup = site.Cgroups.Create("glovebox-" + request.Id);
        cgroup.Apply(request.Limits, site.ProcessOverhead);
        var handle = BoxHandle.Of(request, cgroup, site.Time);
        var (box, failure) = new BoxPreparation(request, site.Tools.Init, cgroup.RuntimePath, site.Rootless).Prepare();
        if (box is null)
        {
            await BoxRemains.RemoveAsync(handle, request.StateDirectory, cgroup, site.Time).ConfigureAwait(false);
            return new StartResult(null, failure);
        }
        handle.Save(box.Paths.Handle); // Before anything runs: whoever finds it can remove what we leave if we die here.
        var monitor = new Monitor(site, box, cgroup);
        var (init, reason) = await monitor.CreateAsync().ConfigureAwait(false);
        if (reason is null && !cancellation.IsCancellationRequested)
        {
            handle = handle with
            {
                Init = ProcessName.Of(init), Monitor = ProcessName.Of(PidIn(box.Paths.MonitorPid)), StartedAt = site.Time.GetUtcNow(),
            };
            handle.Save(box.Paths.Handle);
            reason = await monitor.StartAsync().ConfigureAwait(false);
        }
        if (reason is null && !cancellation.IsCancellationRequested)
            return StartResult.Started(new DetachedInstance(handle, request.StateDirectory, cgroup, site.Time));

        await RemoveAsync(handle, request.StateDirectory, cgroup, site.Time).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        return StartResult.Failed(125, reason!);
    }

    /// <summary>Goes on where the process that started the box may have died: a box that was made and not yet let go is let go, once.</summary>
    /// <returns>False: its command never ran and never will. What there was of it is removed.</returns>
    public async Task<bool> ResumeAsync(BoxHandle box, string stateDirectory, ICgroup cgroup)
    {
        var paths = BoxPaths.Find(stateDirectory, box.Id);
        if (box.Init.Pid == 0)
        {
            using var engine = box.Engine.Open();
            if (engine is not null) return true; // Another process is starting it just now.
            await RemoveAsync(box, stateDirectory, cgroup, site.Time).ConfigureAwait(false);
            return false;
        }
        // The runtime takes this pipe away when it lets the command run. Who is second is told that it runs already, and that is well too.
        if (File.Exists(paths.StartPipe(box.Id))) await Monitor.StartAsync(site, paths, box.Id, cgroup).ConfigureAwait(false);
        return true;
    }

    /// <summary>Removes a box that was made but perhaps never named in its handle.</summary>
    public static async Task RemoveAsync(BoxHandle handle, string stateDirectory, ICgroup cgroup, TimeProvider time)
    {
        if (handle.Init.Pid == 0) await BoxMakers.KillAsync(BoxPaths.Find(stateDirectory, handle.Id), time).ConfigureAwait(false);
        BoxRemains.Kill(handle, cgroup);
        await BoxRemains.RemoveAsync(handle, stateDirectory, cgroup, time).ConfigureAwait(false);
    }

    private static int PidIn(string path) =>
        File.Exists(path) && int.TryParse(File.ReadAllText(path).AsSpan().Trim(), out var pid) ? pid : 0;
}
