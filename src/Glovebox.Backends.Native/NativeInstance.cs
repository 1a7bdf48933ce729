using Glovebox.Api.Execution;
using Glovebox.Execution;
using Glovebox.Linux;

namespace Glovebox.Backends.Native;

/// <summary>A running command of this machine.</summary>
internal sealed class NativeInstance : IInstance
{
    private readonly ExecutionRequest _request;
    private readonly Child _child;
    private readonly TimeProvider _time;
    private readonly DateTimeOffset _startedAt;
    private readonly long _timestamp;
    private readonly EndRequests _end;
    private readonly Task<Outcome> _outcome;

    public NativeInstance(
        ExecutionRequest request, Child child, int pid, TimeProvider time, DateTimeOffset startedAt, long timestamp)
    {
        _request = request;
        _child = child;
        _time = time;
        _startedAt = startedAt;
        _timestamp = timestamp;
        _end = new EndRequests(signal => ProcessTree.Signal(pid, signal), request.Grace, time, static _ => { });
        if (request.Limits.Timeout is { } timeout) _end.EndAt(startedAt + timeout);
        _outcome = FollowAsync();
    }

    public InstanceHandle Handle => new(NativeBackend.BackendName, _request.Id, _request.StateDirectory, Detached: false);

    public bool HasEnded => _outcome.IsCompleted;

    public async Task<Outcome> WaitAsync(CancellationToken cancel)
    {
        using var registration = cancel.UnsafeRegister(static end => ((EndRequests)end!).Request(EndReason.Cancelled), _end);
        return await _outcome.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _end.Request(EndReason.Cancelled, atOnce: true);
        await ((Task)_outcome).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
        _child.Dispose();
        if (Directory.Exists(_request.StateDirectory)) Directory.Delete(_request.StateDirectory, recursive: true);
    }

    private async Task<Outcome> FollowAsync()
    {
        var exit = await _child.Exited.ConfigureAwait(false);
        _end.Over();
        var duration = _time.GetElapsedTime(_timestamp);
        return new Ending
        {
            Reason = _end.Reason,
            ExitCode = exit.ExitCode,
            Limits = _request.Limits,
            StartedAt = _startedAt,
            Duration = duration,
            Usage = new ResourceUsage(exit.CpuSeconds, exit.PeakMemoryBytes),
        }.Judge();
    }
}
