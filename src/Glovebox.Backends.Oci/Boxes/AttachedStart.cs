using Glovebox.Linux;
using Glovebox.Execution;

namespace Glovebox.Backends.Oci.Boxes;

/// <summary>Starts a box that belongs to this process.</summary>
internal sealed class AttachedStart(BoxSite site, Berth berth)
{
    public async Task<StartResult> StartAsync(ExecutionRequest request, CancellationToken cancellation)
    {
        var cgroup = await berth.Ready.ConfigureAwait(false);
        var handle = BoxHandle.Of(request, cgroup, site.Time);
        var preparation = new BoxPreparation(request, site.Tools.Init, cgroup.RuntimePath, site.Rootless);
        var (box, failure) = preparation.Prepare();
        if (box is null)
        {
            berth.Dispose();
            await BoxRemains.RemoveAsync(handle, request.StateDirectory, cgroup, site.Time).ConfigureAwait(false);
            return new StartResult(null, failure);
        }
        cgroup.Apply(request.Limits, site.ProcessOverhead);
        var startedAt = site.Time.GetUtcNow();
        var timestamp = site.Time.GetTimestamp();
        handle = handle with { StartedAt = startedAt };
        handle.Save(box.Paths.Handle);

        var output = new PipeEnds();
        var error = new PipeEnds();
        var sign = new StartSign(box.Paths.InitPid);
        var (child, reason) = await berth.LaunchAsync(
            site.Rootless ? null : MountSpace.Of(box.StandIn, box.Overlays, site.HideCgroups),
            Program(box, cgroup.RuntimePath is not null, output.Write, error.Write)).ConfigureAwait(false);
        output.CloseWrite();
        error.CloseWrite();
        if (child is null)
        {
            output.Dispose();
            error.Dispose();
            sign.Dispose();
            await BoxRemains.RemoveAsync(handle, request.StateDirectory, cgroup, site.Time).ConfigureAwait(false);
            return StartResult.Failed(125, reason!);
        }
        var pump = new OutputPump(output, error, sign, child.Process, new ExecutionOutput(request.Streams, site.Time));
        int? init;
        using (cancellation.UnsafeRegister(static process => ((ProcessWatch)process!).Signal(Libc.Kill), child.Process))
            init = await pump.Started.ConfigureAwait(false);
        if (init is null || cancellation.IsCancellationRequested)
        {
            cgroup.Kill();
            await child.Exited.ConfigureAwait(false);
            await pump.Finished.ConfigureAwait(false);
            var message = RuntimeComplaint.Read(box.Paths.RuntimeLog, pump.Complaint, site.Rootless);
            child.Process.Dispose();
            await BoxRemains.RemoveAsync(handle, request.StateDirectory, cgroup, site.Time).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            return StartResult.Failed(125, message);
        }
        return StartResult.Started(new AttachedInstance(
            request, handle, child, ProcessWatch.Open(init.Value), pump, cgroup, site.Time, timestamp));
    }

    private SpawnRequest Program(PreparedBox box, bool ownCgroup, int output, int error)
    {
        var runtime = site.Tools.Runtime!;
        List<string> command =
        [
            runtime.Path, .. runtime.Global(box.Paths.RuntimeState, box.Paths.RuntimeLog, ownCgroup),
            "run", "--pid-file", box.Paths.InitPid, "--bundle", box.Paths.Root, box.Request.Id,
        ];
        // The box ends when this process does, even by kill -9.
        if (site.Tools.DeathSignal is { } setpriv) command.InsertRange(0, [setpriv, "--pdeathsig", "KILL"]);
        if (site.Rootless)
        {
            command = [site.Tools.Unshare!, .. LaunchScript.Arguments(
                site.Tools.Shell!, rootless: true, box.StandIn, [], site.HideCgroups, box.Overlays, command)];
        }
        var streams = box.Request.Streams;
        var files = new Dictionary<int, int> { [1] = output, [2] = error };
        if (streams.InheritInput || streams.Terminal) files[0] = 0;
        return new SpawnRequest(command[0], command[1..]) { Files = files, OwnSession = !streams.Terminal };
    }
}
