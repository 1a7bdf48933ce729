using Glovebox.Jobs.Stores;

namespace Glovebox.Storage.Sql.Jobs;

/// <summary>Who of this process listens.</summary>
public sealed class Listeners
{
    private readonly Lock _lock = new();
    private Action<JobSignals>[] _heard = [];

    public IDisposable Add(Action<JobSignals> heard)
    {
        lock (_lock) _heard = [.. _heard, heard];
        return new Listener(this, heard);
    }

    public void Say(JobSignals signals)
    {
        if (signals == JobSignals.None) return;
        foreach (var heard in Volatile.Read(ref _heard)) heard(signals);
    }

    private void Remove(Action<JobSignals> heard)
    {
        lock (_lock)
        {
            var at = Array.IndexOf(_heard, heard);
            if (at >= 0) _heard = [.. _heard[..at], .. _heard[(at + 1)..]];
        }
    }

    private sealed class Listener(Listeners all, Action<JobSignals> heard) : IDisposable
    {
        private int _ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0) all.Remove(heard);
        }
    }
}
