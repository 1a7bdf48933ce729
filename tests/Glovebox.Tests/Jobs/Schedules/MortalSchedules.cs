using Glovebox.Api;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Stores;

namespace Glovebox.Tests.Jobs.Schedules;

/// <summary>The process that uses it died.</summary>
internal sealed class DeathException : Exception;

/// <summary>Schedules whose users die in the middle of a firing, and whose store is gone for a while, when a test says so.</summary>
internal sealed class MortalSchedules(ISchedules schedules) : ISchedules
{
    private readonly Lock _lock = new();
    private int _firings;
    private int _outage;

    public int Died { get; private set; }

    /// <summary>How many calls find no store.</summary>
    public int Outage
    {
        set => _outage = value;
    }

    /// <summary>Before how many further firings somebody dies, and whether the firing is committed by then.</summary>
    public List<(int After, bool Committed)> Deaths
    {
        get => field;
        set => (field, _firings) = (value, 0);
    } = [];

    public Task<IReadOnlyList<Job>> ListDueAsync(DateTimeOffset now, int limit, CancellationToken cancellation) =>
        Interlocked.Decrement(ref _outage) >= 0 ? throw RefusalException.Unable("the store is gone") : schedules.ListDueAsync(now, limit, cancellation);

    public async Task<bool> FireAsync(Firing firing, CancellationToken cancellation)
    {
        bool dies, committed;
        lock (_lock)
        {
            var death = Deaths.FindIndex(d => d.After == _firings);
            _firings++;
            (dies, committed) = death < 0 ? (false, true) : (true, Deaths[death].Committed);
            if (dies) Died++;
        }

        var fired = committed && await schedules.FireAsync(firing, cancellation);
        return dies ? throw new DeathException() : fired;
    }

    public Task<Job?> SetPausedAsync(string jobId, bool paused, DateTimeOffset? nextAt, DateTimeOffset now, CancellationToken cancellation) =>
        schedules.SetPausedAsync(jobId, paused, nextAt, now, cancellation);

    public Task<DateTimeOffset?> NextDueAsync(DateTimeOffset now, CancellationToken cancellation) => schedules.NextDueAsync(now, cancellation);

    public Task<int> ExpireAsync(DateTimeOffset now, CancellationToken cancellation) => schedules.ExpireAsync(now, cancellation);
}
