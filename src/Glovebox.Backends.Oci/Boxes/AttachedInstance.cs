using Glovebox.Linux;
using Glovebox.Api.Execution;
using Glovebox.Backends.Oci.Cgroups;
using Glovebox.Execution;

namespace Glovebox.Backends.Oci.Boxes;

/// <summary>A running box that belongs to this process.</summary>
internal sealed class AttachedInstance : IInstance, INetworkOfBox
{
    private readonly ExecutionRequest _request;
    private readonly BoxHandle _box;
    private readonly Child _runtime;
    private readonly ProcessWatch? _init;
    private readonly OutputPump _pump;
    private readonly ICgroup _cgroup;
    private readonly TimeProvider _time;
    private readonly long _startedTimestamp;
    private readonly EndRequests _end;
    private readonly DiskWatch? _disk;
    private readonly Task<Outcome> _outcome;

    public AttachedInstance(
        ExecutionRequest request, BoxHandle box, Child runtime, ProcessWatch? init, OutputPump pump, ICgroup cgroup, TimeProvider time,
        long startedTimestamp)
    {
        _request = request;
        _runtime = runtime;
        _pump = pump;
        _cgroup = cgroup;
        _time = time;
        _startedTimestamp = startedTimestamp;
        _box = box;
        _init = init;
        _end = new EndRequests(signal => init?.Signal(signal) ?? false, request.Grace, time, static _ => { });
        if (request.FileBytes is null) _disk = new DiskWatch(
            request.StateDirectory, request.CountedDirectories, request.Limits.DiskBytes, time, () => _end.Request(EndReason.DiskLimit, atOnce: true));
        if (request.Limits.Timeout is { } timeout) _end.EndAt(_box.StartedAt + timeout);
        _outcome = FollowAsync();
    }

    public InstanceHandle Handle => new(OciBackend.BackendName, _request.Id, _request.StateDirectory, Detached: false);

    public bool HasEnded => _outcome.IsCompleted;

    public System.Net.Sockets.Socket OpenSocket() =>
        _init is { } init && !HasEnded ? NetworkVisit.OpenSocket(init.Pid) : throw new IOException("The box has ended.");

    public async Task<Outcome> WaitAsync(CancellationToken cancel)
    {
        using var registration = cancel.UnsafeRegister(static end => ((EndRequests)end!).Request(EndReason.Cancelled), _end);
        return await _outcome.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _end.Request(EndReason.Cancelled, atOnce: true);
        if (!_runtime.Exited.IsCompleted) _cgroup.Kill();
        await _runtime.Exited.ConfigureAwait(false);
        await ((Task)_outcome).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _disk?.Dispose();
        _end.Dispose();
        _init?.Dispose();
        _runtime.Dispose();
        await BoxRemains.RemoveAsync(_box, _request.StateDirectory, _cgroup, _time).ConfigureAwait(false);
    }

    private async Task<Outcome> FollowAsync()
    {
        var exit = await _runtime.Exited.ConfigureAwait(false);
        _end.Over();
        var duration = _time.GetElapsedTime(_startedTimestamp);
        _disk?.Dispose();
        var tooMuch = LogFailure() ?? _disk?.JudgeEnd(exit.ExitCode != 0);
        var counted = _cgroup.Read();
        return new Ending
        {
            Reason = _end.Reason == EndReason.None && tooMuch is not null ? EndReason.DiskLimit : _end.Reason,
            DiskMessage = tooMuch,
            ExitCode = exit.ExitCode,
            OutOfMemoryKills = counted.OutOfMemoryKills,
            Limits = _request.Limits,
            StartedAt = _box.StartedAt,
            Duration = duration,
            Usage = new ResourceUsage(counted.CpuSeconds ?? exit.CpuSeconds, counted.PeakMemoryBytes ?? exit.PeakMemoryBytes),
        }.Judge();
    }

    private string? LogFailure() => _pump.Failure is { } failure ? $"Its log could not be written: {failure.Message} Free some space." : null;
}
