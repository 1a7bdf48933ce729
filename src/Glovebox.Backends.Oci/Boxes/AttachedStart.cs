using Glovebox.Execution;
using Glovebox.Linux;

namespace Glovebox.Backends.Oci.Boxes;

/// <summary>Starts a box that belongs to this process.</summary>
internal sealed class AttachedStart(BoxSite site, Berth berth)
{
    public async Task<StartResult> StartAsync(ExecutionRequest request, CancellationToken cancellation)
    {
        var cgroup = berth.Cgroup;
        cgroup.Apply(request.Limits, site.ProcessOverhead);
        var handle = BoxHandle.Of(request, cgroup, site.Time);
        var (box, failure) = new BoxPreparation(request, site.Tools.Init, cgroup.RuntimePath, site.Rootless).Prepare();
        if (box is null)
        {
            berth.Dispose();
            await BoxRemains.RemoveAsync(handle, request.StateDirectory, cgroup, site.Time).ConfigureAwait(false);
            return new StartResult(null, failure);
        }
        handle.Save(box.Paths.Handle);
        var startedTimestamp = site.Time.GetTimestamp();
        var pump = new OutputPump(new StartSign(box.Paths.InitPid), new ExecutionOutput(request.Streams, site.Time));
        berth.Launch(
            site.Rootless ? null : MountSpace.Of(box.StandIn, box.Overlays, site.HideCgroups),
            Program(box, cgroup.RuntimePath is not null, pump), pump);
        Launch launch;
        using (cancellation.UnsafeRegister(static child => ((Child)child!).Kill(), berth.Child))
            launch = await berth.Child.Launched.ConfigureAwait(false);
        if (launch.Number is { } init && !cancellation.IsCancellationRequested)
        {
            return StartResult.Started(
                new AttachedInstance(request, handle, berth.Child, ProcessWatch.Open(init), pump, cgroup, site.Time, startedTimestamp));
        }
        if (launch.Failure is null)
        {
            cgroup.Kill();
            await berth.Child.Exited.ConfigureAwait(false);
        }
        var message = launch.Failure ?? RuntimeComplaint.Explain(pump.Complaint, site.Rootless);
        berth.Child.Dispose();
        await BoxRemains.RemoveAsync(handle, request.StateDirectory, cgroup, site.Time).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        return StartResult.Failed(125, message);
    }

    private SpawnRequest Program(PreparedBox box, bool ownCgroup, OutputPump pump)
    {
        var runtime = site.Tools.Runtime!;
        List<string> command =
        [
            site.RuntimeProgram, .. runtime.Global(box.Paths.RuntimeState, logPath: null, ownCgroup),
            "run", "--pid-file", box.Paths.InitPid, "--bundle", box.Paths.Bundle, box.Request.Id,
        ];
        // The box ends when this process does, even by kill -9.
        if (site.Tools.DeathSignal is { } setpriv) command.InsertRange(0, [setpriv, "--pdeathsig", "KILL"]);
        if (site.Rootless)
        {
            command = [site.Tools.Unshare!, .. LaunchScript.Arguments(
                site.Tools.Shell!, rootless: true, box.StandIn, [], site.HideCgroups, box.Overlays, command)];
        }
        var streams = box.Request.Streams;
        var files = new Dictionary<int, int> { [1] = pump.OutputEnd, [2] = pump.ErrorEnd };
        if (streams.InheritInput || streams.Terminal) files[0] = 0;
        return new SpawnRequest(command[0], command[1..]) { Files = files, OwnSession = !streams.Terminal };
    }
}
