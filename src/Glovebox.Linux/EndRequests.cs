using Glovebox.Execution;

namespace Glovebox.Linux;

/// <summary>Ends a command on request: TERM, the grace, KILL. The first who asks is the reason; who asks after the end is none.</summary>
/// <param name="signal">Sends a signal to the command; false when it is gone.</param>
/// <param name="noted">Told of the reason before any signal is sent.</param>
internal sealed class EndRequests(Func<int, bool> signal, TimeSpan grace, TimeProvider time, Action<EndReason> noted) : IDisposable
{
    // A timer's longest time is 49 days.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(40);

    private readonly Lock _changing = new();
    private ITimer? _deadline;
    private ITimer? _kill;
    private bool _over;

    public EndReason Reason { get; private set; }

    /// <summary>Asks for the end when the time is up.</summary>
    public void EndAt(DateTimeOffset deadline)
    {
        lock (_changing)
        {
            if (!_over) _deadline = time.CreateTimer(_ => Due(deadline), null, Wait(deadline), Timeout.InfiniteTimeSpan);
        }
    }

    /// <param name="atOnce">KILL without the courtesy.</param>
    public void Request(EndReason reason, bool atOnce = false)
    {
        lock (_changing)
        {
            if (_over || Reason != EndReason.None) return;
            noted(reason);
            Reason = reason;
            if (atOnce || !signal(Libc.Terminate)) signal(Libc.Kill);
            else _kill = time.CreateTimer(_ => signal(Libc.Kill), null, grace, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The command has ended: the reason stands.</summary>
    public void Over()
    {
        lock (_changing)
        {
            _over = true;
            _deadline?.Dispose();
            _kill?.Dispose();
        }
    }

    public void Dispose() => Over();

    private void Due(DateTimeOffset deadline)
    {
        var left = Wait(deadline);
        if (left > TimeSpan.Zero) _deadline?.Change(left, Timeout.InfiniteTimeSpan);
        else Request(EndReason.Deadline);
    }

    private TimeSpan Wait(DateTimeOffset deadline)
    {
        var left = deadline - time.GetUtcNow();
        return left < TimeSpan.Zero ? TimeSpan.Zero : left > LongestWait ? LongestWait : left;
    }
}
