using Glovebox.Api;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Stores;

namespace Glovebox.Jobs.Nodes;

/// <summary>
/// One serving process's share of the work: claims executions when it is woken, up to its slots, runs each, and gives signs of life. While the
/// store cannot be reached, what runs goes on and is recorded afterwards.
/// </summary>
public sealed class JobNode : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1), LastWords = TimeSpan.FromSeconds(10);

    private readonly NodeLife _life;
    private readonly NodeContext _context;
    private readonly NodeWork _work;
    private readonly Heart _heart;
    private readonly Wake _claim;
    private readonly Wake _beat;
    private readonly CancellationTokenSource _left = new();
    private readonly SemaphoreSlim _claiming = new(1);
    private readonly List<Task> _loops = [];
    private IDisposable? _listening;
    private DateTimeOffset? _due;
    private volatile bool _timesChanged = true;
    private volatile bool _draining;
    private int _over;

    public JobNode(NodeParts parts, NodeSettings settings)
    {
        _life = NodeLife.Begin(parts.Home, parts.Time);
        _context = new NodeContext(parts, settings, _life, new StorePatience(parts.Time), new BlockedTasks(parts.Time), _left.Token);
        _claim = new Wake(parts.Time);
        _beat = new Wake(parts.Time);
        _work = new NodeWork(_context, _claim.Set);
        _heart = new Heart(_context, _work, () => _claiming.CurrentCount == 0);
    }

    public string Id => _life.Id;

    /// <summary>The same for every node on this home.</summary>
    public string Machine => _life.Machine;

    /// <summary>Executions in its hands.</summary>
    public int Running => _work.Count;

    private IExecutionQueue Queue => _context.Parts.Queue;

    /// <summary>All nodes, as this one sees them.</summary>
    public IReadOnlyList<NodeStatus> List() => _heart.Nodes;

    /// <summary>Joins, takes over what died on this home, and begins to work.</summary>
    /// <param name="url">Where other nodes reach this process; null for nowhere.</param>
    /// <exception cref="RefusalException">The store cannot be reached.</exception>
    public async Task StartAsync(CancellationToken cancellation, string? url = null)
    {
        Directory.CreateDirectory(_context.Parts.Home.Executions);
        _life.Serve(await _context.Parts.Jobs.IdentifyAsync(cancellation).ConfigureAwait(false), url);
        await _heart.JoinAsync(cancellation).ConfigureAwait(false);
        await _heart.ReviveAsync(cancellation).ConfigureAwait(false);
        _listening = Queue.Listen(Hear);
        _claim.Set();
        _beat.Set();
        _loops.Add(Task.Run(ClaimAsync, CancellationToken.None));
        _loops.Add(Task.Run(BeatAsync, CancellationToken.None));
        _loops.Add(Task.Run(() => GuardAsync(() => Remains.RemoveAlwaysAsync(_context, _left.Token)), CancellationToken.None));
    }

    /// <summary>
    /// Claims nothing more, gives back what has not started, leaves boxes that can be adopted, and waits for the rest.
    /// </summary>
    /// <param name="patience">How long; what runs then is ended and recorded as lost.</param>
    public async Task StopAsync(TimeSpan patience)
    {
        if (Volatile.Read(ref _over) != 0) return;
        _draining = true;
        // What a claim under way brings is in our hands then.
        await _claiming.WaitAsync().ConfigureAwait(false);
        var waited = _work.Runners.Where(runner => runner.Drain()).ToList();
        if (!await EndAsync(patience).ConfigureAwait(false))
        {
            foreach (var runner in waited) runner.Stop();
            await EndAsync(LastWords).ConfigureAwait(false);
        }
        await DisposeAsync().ConfigureAwait(false);
        using var last = new CancellationTokenSource(LastWords, _context.Parts.Time);
        try
        {
            await Queue.LeaveAsync(Id, last.Token).ConfigureAwait(false);
            var holders = await Queue.ListHoldersAsync(last.Token).ConfigureAwait(false);
            if (!holders.Contains(Id)) NodeLife.Forget(_context.Parts.Home, Id);
        }
        catch (Exception e) when (e is RefusalException or OperationCanceledException)
        {
            _context.Settings.Report($"the node left without telling the store: {e.Message}");
        }
    }

    /// <summary>
    /// Leaves as a crash would: nothing is ended and nothing recorded. Its lock is free when nothing of it touches the home any more, since
    /// whoever takes over counts on being alone there.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _over, 1) != 0) return;
        _listening?.Dispose();
        await _left.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_loops).ConfigureAwait(false);
        await EndAsync(LastWords).ConfigureAwait(false);
        _claiming.Dispose();
        _claim.Dispose();
        _beat.Dispose();
        _life.Dispose();
    }

    private void Hear(JobSignals signals)
    {
        if (signals.HasFlag(JobSignals.Times)) _timesChanged = true;
        if (signals.HasFlag(JobSignals.Work) || signals.HasFlag(JobSignals.Times)) _claim.Set();
        if (signals.HasFlag(JobSignals.Cancel)) _beat.Set();
    }

    private async Task<bool> EndAsync(TimeSpan patience)
    {
        var ended = _work.Ended();
        await Task.WhenAny(ended, Task.Delay(patience, _context.Parts.Time)).ConfigureAwait(false);
        return ended.IsCompleted;
    }

    private Task ClaimAsync() => GuardAsync(async () =>
    {
        while (true)
        {
            await _claim.WaitAsync(_left.Token).ConfigureAwait(false);
            await _claiming.WaitAsync(_left.Token).ConfigureAwait(false);
            if (!_draining) await GuardAsync(ClaimOnceAsync, () => _claim.SetAfter(Pause)).ConfigureAwait(false);
            _claiming.Release();
        }
    });

    private async Task ClaimOnceAsync()
    {
        var (blocked, next) = _context.Blocked.Now();
        var free = _work.Free(_context.Settings.Slots);
        if (free <= 0) return;
        var now = _context.Parts.Time.GetUtcNow();
        _context.Turns.BeginClaim();
        var claimed = await Queue.ClaimAsync(new Claim(Id, free, blocked, now), _left.Token).ConfigureAwait(false);
        foreach (var execution in claimed) _work.Begin(execution);
        // Something ended meanwhile, or there is more.
        if (claimed.Count == free) _claim.Set();
        else await SetAlarmAsync(now, next).ConfigureAwait(false);
    }

    private async Task SetAlarmAsync(DateTimeOffset now, TimeSpan? next)
    {
        if (_timesChanged || _due <= now)
        {
            _timesChanged = false;
            _due = await _context.Parts.Schedules.NextDueAsync(now, _left.Token).ConfigureAwait(false);
        }
        var wait = _due - now;
        _claim.SetAfter(wait is null || next < wait ? next : wait);
    }

    private Task BeatAsync() => GuardAsync(async () =>
    {
        while (true)
        {
            await _beat.WaitAsync(_left.Token).ConfigureAwait(false);
            _beat.SetAfter(_context.Settings.Beat);
            await GuardAsync(() => _heart.BeatAsync(_draining, _left.Token)).ConfigureAwait(false);
        }
    });

    // A loop outlives whatever one round of it meets: a store that is away is waited for, and anything else is told and tried again.
    private async Task GuardAsync(Func<Task> round, Action? failed = null)
    {
        try
        {
            await round().ConfigureAwait(false);
        }
        catch (Exception) when (_left.IsCancellationRequested)
        {
            // The node is gone.
        }
        catch (Exception e)
        {
            if (e is not RefusalException { Kind: RefusalKind.Unable }) _context.Settings.Report(e.ToString());
            failed?.Invoke();
        }
    }
}
