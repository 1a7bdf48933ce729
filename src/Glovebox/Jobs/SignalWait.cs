using Glovebox.Jobs.Stores;

namespace Glovebox.Jobs;

/// <summary>
/// Waits until the store signals something, or until a time: nothing is asked for in between. A signal that comes while nobody waits ends the
/// next wait.
/// </summary>
internal sealed class SignalWait : IDisposable
{
    /// <summary>Clocks are set, and timers have their limits.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _time;
    private readonly IDisposable _listening;
    private TaskCompletionSource _heard = NewSource();

    /// <param name="listen">Has its argument called at each signal, until what it returns is disposed.</param>
    public SignalWait(Func<Action, IDisposable> listen, TimeProvider time)
    {
        _time = time;
        _listening = listen(Wake);
    }

    public static SignalWait Of(IExecutionQueue queue, JobSignals interest, TimeProvider time) => new(
        wake => queue.Listen(signals =>
        {
            if ((signals & interest) != JobSignals.None) wake();
        }),
        time);

    public void Wake() => Volatile.Read(ref _heard).TrySetResult();

    /// <param name="until">Null for as long as it takes; but never longer than a minute.</param>
    public async Task WaitAsync(DateTimeOffset? until, CancellationToken cancellation)
    {
        var wait = until - _time.GetUtcNow() is { } left && left < Longest ? left : Longest;
        if (wait > TimeSpan.Zero)
        {
            var heard = Volatile.Read(ref _heard);
            // A timer may fire a little early, and then there would be nothing due.
            using var timer = _time.CreateTimer(_ => heard.TrySetResult(), null, wait + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
            await heard.Task.WaitAsync(cancellation);
        }

        cancellation.ThrowIfCancellationRequested();
        Volatile.Write(ref _heard, NewSource());
    }

    public void Dispose() => _listening.Dispose();

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
