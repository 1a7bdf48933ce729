using System.Threading.Channels;

namespace Glovebox.Server.Tests.Harness;

/// <summary>A clock whose timers fire when a test says so; Kestrel keeps its own.</summary>
internal sealed class TurnedClock : TimeProvider
{
    private readonly Channel<TurnedTimer> _timers = Channel.CreateUnbounded<TurnedTimer>();

    public override DateTimeOffset GetUtcNow() => FakeJobs.Now;

    /// <summary>Fires timers of this length, as they are made, until something has happened.</summary>
    public async Task TurnUntilAsync(Task happened, TimeSpan length)
    {
        while (!happened.IsCompleted)
        {
            await Task.WhenAny(_timers.Reader.WaitToReadAsync().AsTask(), happened);
            while (_timers.Reader.TryRead(out var timer))
                if (timer.Due == length) timer.Fire();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new TurnedTimer(() => callback(state), dueTime);
        _timers.Writer.TryWrite(timer);
        return timer;
    }

    private sealed class TurnedTimer(Action fire, TimeSpan due) : ITimer
    {
        private bool _gone;

        public TimeSpan Due { get; private set; } = due;

        public void Fire()
        {
            if (!_gone) fire();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Due = dueTime;
            return true;
        }

        public void Dispose() => _gone = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
