using Glovebox.Execution;

namespace Glovebox.Functions.Instances;

/// <summary>
/// Decides how the one call of an instance ends: by its reply, its deadline, or the wish to cancel it, whichever comes first. The timer is left
/// running from call to call, since setting one for each would cost more than the rest of a call.
/// </summary>
/// <param name="abort">Called once when the deadline or the wish wins, on any thread.</param>
internal sealed class CallClock : IDisposable
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;
    private readonly Action _abort;
    private readonly ITimer _timer;
    private long _active;
    private long _began;
    private int _armed;

    public CallClock(TimeProvider time, TimeSpan timeout, Action abort)
    {
        _time = time;
        _timeout = timeout;
        _abort = abort;
        _timer = time.CreateTimer(static clock => ((CallClock)clock!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Why the last call was ended; None when it was not.</summary>
    public EndReason Reason { get; private set; }

    public void Begin(ulong call, long now)
    {
        Reason = EndReason.None;
        Volatile.Write(ref _began, now);
        Interlocked.Exchange(ref _active, (long)call);
        if (Interlocked.Exchange(ref _armed, 1) == 0) _timer.Change(_timeout, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The call has its reply. False when it was ended before.</summary>
    public bool TryFinish(ulong call) => Interlocked.CompareExchange(ref _active, 0, (long)call) == (long)call;

    /// <summary>The wish to end the call that runs.</summary>
    public void Cancel() => End(Volatile.Read(ref _active), EndReason.Cancelled);

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        Interlocked.Exchange(ref _armed, 0);
        var call = Interlocked.Read(ref _active);
        if (call == 0) return;
        var left = _timeout - _time.GetElapsedTime(Volatile.Read(ref _began));
        if (left <= TimeSpan.Zero)
        {
            End(call, EndReason.Deadline);
        }
        else if (Interlocked.Exchange(ref _armed, 1) == 0)
        {
            // Rounded up: a timer has whole milliseconds, and one that fires before its time would be set again and again.
            _timer.Change(left + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
        }
    }

    private void End(long call, EndReason reason)
    {
        if (call == 0 || Interlocked.CompareExchange(ref _active, 0, call) != call) return;
        Reason = reason;
        _abort();
    }
}
