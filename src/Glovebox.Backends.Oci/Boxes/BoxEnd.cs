using Glovebox.Backends.Oci.Linux;
using Glovebox.Execution;

namespace Glovebox.Backends.Oci.Boxes;

/// <summary>Ends one box on request: TERM, the grace, KILL. The first who asks is the reason; who asks after the end is none.</summary>
/// <param name="init">The box's process 1.</param>
/// <param name="noted">Told of the reason before any signal is sent.</param>
internal sealed class BoxEnd(ProcessWatch? init, TimeSpan grace, TimeProvider time, Action<EndReason> noted) : IDisposable
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
            if (atOnce || !(init?.Signal(Libc.Terminate) ?? false)) init?.Signal(Libc.Kill);
            else _kill = time.CreateTimer(_ => init.Signal(Libc.Kill), null, grace, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The box has ended: the reason stands.</summary>
    public void Over()
    {
        lock (_changing)
        {
            _over = true;
            _deadline?.Dispose();
            _kill?.Dispose();
        }
    }

    public void Dispose()
    {
        Over();
        init?.Dispose();
    }

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
