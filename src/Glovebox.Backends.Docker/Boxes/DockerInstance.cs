using Glovebox.Api.Execution;
using Glovebox.Backends.Docker.Engine;
using Glovebox.Backends.Docker.Output;
using Glovebox.Execution;
using Glovebox.Linux;

namespace Glovebox.Backends.Docker.Boxes;

/// <summary>A container that runs, or ran. It lives in its engine, whatever becomes of this process.</summary>
internal sealed class DockerInstance : IInstance
{
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(30);

    private readonly Box _box;
    private readonly TimeProvider _time;
    private readonly ContainerOutput _output;
    private readonly UsageSamples _usage;
    private readonly EndRequests _end;
    private readonly EndNote _note;
    private readonly CancellationTokenSource _closing = new();
    private readonly long? _timestamp;
    private readonly bool _ended;
    private readonly Task<Outcome> _outcome;

    /// <param name="attached">The output of a container that this process started, from its first byte; null for an adopted one.</param>
    /// <param name="ended">True when it is known to have ended already.</param>
    public DockerInstance(Box box, ContainerOutput output, Stream? attached, TimeProvider time, bool ended = false)
    {
        (_box, _output, _time, _ended) = (box, output, time, ended);
        _timestamp = attached is null ? null : time.GetTimestamp();
        _usage = new UsageSamples(box.Engine, box.Podman ?? true, time);
        _note = new EndNote(box.StateDirectory);
        _end = new EndRequests(Signal, box.Record.Grace, time, _note.Write);
        _outcome = FollowAsync(attached);
        // The deadline of a container that has ended does not matter any more.
        if (!ended && box.Record.Deadline is { } deadline) _end.EndAt(deadline);
    }

    public InstanceHandle Handle => new(_box.Host.Backend, _box.Record.Id, _box.StateDirectory, _box.Record.Detached);

    public bool HasEnded => _ended || _outcome.IsCompleted;

    public async Task<Outcome> WaitAsync(CancellationToken cancel)
    {
        using var registration = cancel.UnsafeRegister(static end => ((EndRequests)end!).Request(EndReason.Cancelled), _end);
        return await _outcome.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _end.Request(EndReason.Cancelled, atOnce: true);
        using (var patience = new CancellationTokenSource(LongestGoodbye, _time))
        {
            await Task.WhenAny(_outcome, Task.Delay(Timeout.InfiniteTimeSpan, _time, patience.Token)).ConfigureAwait(false);
            await _closing.CancelAsync().ConfigureAwait(false);
            await ((Task)_outcome).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await patience.CancelAsync().ConfigureAwait(false);
        }
        _end.Dispose();
        _output.Dispose();
        _closing.Dispose();
        try
        {
            await _box.RemoveAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (EngineException)
        {
            // Gone, or its host is: then it is listed, with its label, when the host is back.
        }
        if (Directory.Exists(_box.StateDirectory)) Directory.Delete(_box.StateDirectory, recursive: true);
    }

    private async Task<Outcome> FollowAsync(Stream? attached)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
        var samples = _usage.TakeAsync(_box.Record.Id, over.Token);
        var state = await new BoxFollower(_box, _output, _end, _time).FollowAsync(attached, _closing.Token).ConfigureAwait(false);
        var duration = Duration(state);
        _end.Over();
        await over.CancelAsync().ConfigureAwait(false);
        await samples.ConfigureAwait(false);
        return new Ending
        {
            Reason = _end.Reason != EndReason.None ? _end.Reason : _note.Reason,
            ExitCode = state?.ExitCode,
            OutOfMemoryKills = state?.OutOfMemory == true ? 1 : 0,
            DiskMessage = _output.Trouble,
            Limits = _box.Record.Limits,
            StartedAt = _box.Record.StartedAt,
            Duration = duration,
            Usage = _usage.Usage,
        }.Judge();
    }

    // A process that was not there from the start has only the engine's clock, whose two times fit together.
    private TimeSpan Duration(ContainerState? state)
    {
        if (_timestamp is { } started) return _time.GetElapsedTime(started);
        if (state is null || !DateTimeOffset.TryParse(state.StartedAt, out var from) || !DateTimeOffset.TryParse(state.FinishedAt, out var to)) return TimeSpan.Zero;
        return to > from ? to - from : TimeSpan.Zero;
    }

    private bool Signal(int signal)
    {
        _ = SendAsync(signal);
        return true;
    }

    private async Task SendAsync(int signal)
    {
        try
        {
            await _box.SignalAsync(signal, _closing.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is EngineException or OperationCanceledException)
        {
            // It has ended already, or its host is away: the follower ends it when the host is back.
        }

        if (signal == Libc.Kill) await RemoveUndeadAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Podman learns of an end from a monitor process. When that was killed, or found no room for its last note, the container runs for ever by
    /// Podman's word, and no signal reaches it.
    /// </summary>
    private async Task RemoveUndeadAsync()
    {
        try
        {
            await Task.Delay(_box.Host.GoneAfter, _time, _closing.Token).ConfigureAwait(false);
            if (_outcome.IsCompleted || await _box.InspectAsync(_closing.Token).ConfigureAwait(false) is not { Running: true }) return;
            await _box.RemoveAsync(_closing.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is EngineException or OperationCanceledException or ObjectDisposedException)
        {
            // It is gone, or its host is, or this process lets go of it.
        }
    }
}
