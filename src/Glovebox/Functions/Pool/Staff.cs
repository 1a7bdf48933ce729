using Glovebox.Api;
using Glovebox.Api.Functions;
using Glovebox.Functions.Instances;

namespace Glovebox.Functions.Pool;

/// <summary>
/// All instances and waiting calls of a node. Every decision is made under one lock, which nobody holds while waiting for anything; starting and
/// ending go on beside it (<see cref="Hiring"/>).
/// </summary>
internal sealed class Staff : IAsyncDisposable
{
    private static readonly TimeSpan PredictionInterval = TimeSpan.FromSeconds(Prediction.CallWindow.SliceSeconds);

    private readonly Lock _changing = new();
    private readonly TimeProvider _time;
    private readonly Dictionary<FunctionPlan, Crew> _crews = new(PlanComparer.Instance);
    private readonly Dictionary<string, Tally> _tallies = new(StringComparer.Ordinal);
    private readonly List<Member> _broken = [];
    private readonly Hiring _hiring;
    private readonly Reaper _reaper;
    private HashSet<FunctionPlan>? _kept;
    private bool _disposed;

    public Staff(IInstanceMaker maker, TimeProvider time, PoolSettings settings, Func<CancellationToken, Task> sweep)
    {
        _time = time;
        _hiring = new Hiring(this, maker, time, settings.MostInstances, sweep);
        _reaper = new Reaper(this, time, PredictionInterval);
    }

    internal Lock Changing => _changing;
    internal IReadOnlyCollection<Crew> Crews => _crews.Values;
    internal IReadOnlyCollection<Tally> Tallies => _tallies.Values;
    internal Hiring Hiring => _hiring;
    internal Reaper Reaper => _reaper;
    internal bool Disposed => _disposed;

    /// <summary>Gives a call its instance; else a place in the queue.</summary>
    /// <exception cref="BusyException">The queue is full.</exception>
    public Member? Admit(FunctionPlan plan, long now, out Waiter? waiter, out Crew crew)
    {
        lock (_changing)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            crew = CrewOf(plan);
            waiter = null;
            crew.LastCall = now;
            var tally = crew.Tally;
            tally.Window.Add(now / _time.TimestampFrequency, ++tally.Present);
            if (plan.Preload == Preload.Auto) _reaper.Predict();
            if (crew.Queue.Count == 0 && crew.Take(_broken) is { } member)
            {
                if (_broken.Count > 0) RetireBroken();
                member.Used = true;
                tally.Hits++;
                if (plan.Isolation == Isolation.Fresh) _hiring.Consider(crew, now);
                return member;
            }
            if (_broken.Count > 0) RetireBroken();
            waiter = new Waiter(now);
            if (crew.Failure is { } failure && crew.Members.Count + crew.Starting == 0 && now < crew.RetryAt)
            {
                tally.Present--;
                waiter.Tell(new Grant(null, failure, Cold: false));
                return null;
            }
            if (crew.Queue.Count >= plan.QueueLimit)
            {
                tally.Present--;
                throw new BusyException(plan.Function, crew.Queue.Count, RetryAfter(crew));
            }
            if (crew.Queue.Count == 0) crew.QueueSince = now;
            crew.Queue.AddLast(waiter);
            _hiring.Consider(crew, now);
            return null;
        }
    }

    /// <summary>The call of a waiter that gives up; nothing when it has left the queue.</summary>
    public void Abandon(Crew crew, Waiter waiter)
    {
        lock (_changing)
        {
            if (!crew.Queue.Remove(waiter)) return;
            crew.Tally.Present--;
        }
        waiter.Tell(default);
    }

    /// <summary>A call of an instance has ended. The call that has it next is on its way when this returns.</summary>
    /// <param name="run">Seconds it took; null when that says nothing.</param>
    public void Release(Member member, double? run, bool cold)
    {
        Waiter? next;
        lock (_changing)
        {
            var (crew, now) = (member.Crew, _time.GetTimestamp());
            crew.Tally.Present--;
            member.Busy--;
            member.Used = true;
            if (run is { } seconds && !cold) crew.NoteRun(seconds);
            if (member.Gone || _disposed) return;
            if (crew.Plan.Isolation == Isolation.Fresh || !member.Instance.Usable || (crew.Leaving && crew.Queue.Count == 0) || _hiring.MustYield(crew, now))
            {
                crew.Withdraw(member);
                if (member.Busy == 0) Retire(member);
                _hiring.Consider(crew, now);
                return;
            }
            next = Place(crew, member, now);
            if (crew.Queue.Count > 0) _hiring.Consider(crew, now);
        }
        next?.Hand();
    }

    /// <summary>An instance that was taken for a call must not have it. The call is to be admitted again.</summary>
    public void Reject(Member member)
    {
        lock (_changing)
        {
            var crew = member.Crew;
            crew.Tally.Present--;
            member.Busy--;
            if (member.Gone || _disposed) return;
            crew.Withdraw(member);
            if (member.Busy == 0) Retire(member);
            _hiring.Consider(crew, _time.GetTimestamp());
        }
    }

    /// <summary>See <see cref="IFunctionPool.Keep"/>.</summary>
    public void Keep(IReadOnlyList<FunctionPlan> plans)
    {
        lock (_changing)
        {
            if (_disposed) return;
            _kept = new HashSet<FunctionPlan>(plans, PlanComparer.Instance);
            var now = _time.GetTimestamp();
            foreach (var plan in plans)
            {
                var crew = CrewOf(plan);
                crew.Leaving = false;
                _hiring.Consider(crew, now);
            }
            foreach (var crew in _crews.Values.Where(crew => !_kept.Contains(crew.Plan)).ToList()) Dismiss(crew);
            _hiring.Stock(plans);
        }
    }

    /// <summary>See <see cref="IFunctionPool.ReadyAsync"/>.</summary>
    public async Task ReadyAsync(FunctionPlan plan, CancellationToken cancellation)
    {
        TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Crew crew;
        lock (_changing)
        {
            crew = CrewOf(plan);
            var others = _crews.Values.Where(other => other.Tally != crew.Tally && !other.Leaving).Sum(other => other.Plan.Min);
            if (crew.Floor(active: false) is > 0 and var floor && floor > _hiring.Most - others)
                throw RefusalException.Bad($"function '{plan.Function}': this node has {_hiring.Most} instances at most, and {others} are kept for other functions. Lower --min");
            crew.Expectations.Add(ready);
            _hiring.Consider(crew, _time.GetTimestamp());
            _hiring.Meet(crew);
        }
        try
        {
            await ready.Task.WaitAsync(cancellation);
        }
        catch (StartException failure)
        {
            var output = System.Text.Encoding.UTF8.GetString([.. failure.Output.Span, .. failure.ErrorOutput.Span]).Trim();
            string?[] parts = [$"function '{plan.Function}' does not start: {failure.Message}", failure.Traceback?.Trim(), output];
            throw RefusalException.Bad(string.Join('\n', parts.Where(part => !string.IsNullOrEmpty(part))));
        }
        finally
        {
            lock (_changing) crew.Expectations.Remove(ready);
        }
    }

    public PoolCounts Count(string function)
    {
        lock (_changing)
        {
            var (starting, idle, busy, waiting) = (0, 0, 0, 0);
            foreach (var crew in _crews.Values)
            {
                if (crew.Plan.Function != function) continue;
                starting += crew.Starting;
                idle += crew.Idle;
                busy += crew.Members.Count - crew.Idle;
                waiting += crew.Queue.Count;
            }
            var tally = _tallies.GetValueOrDefault(function);
            return new PoolCounts(starting, idle, busy, waiting, tally?.Hits ?? 0, tally?.Misses ?? 0);
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_changing)
        {
            if (_disposed) return;
            _disposed = true;
            _reaper.Dispose();
            foreach (var crew in _crews.Values)
            {
                foreach (var waiter in crew.Queue) waiter.Tell(default);
                crew.Queue.Clear();
                foreach (var member in crew.Members.ToList()) Retire(member);
            }
        }
        await _hiring.DisposeAsync();
    }

    /// <summary>Gives an instance that has room to whoever waits, else lets it wait. Under the lock.</summary>
    internal void Offer(Crew crew, Member member, long now)
    {
        if (Place(crew, member, now) is { } waiting) waiting.Tell(waiting.Grant);
    }

    /// <summary>As <see cref="Offer"/>.</summary>
    /// <returns>A call that has the instance now and is to be handed it, or told, by the caller; null when nobody waited.</returns>
    private Waiter? Place(Crew crew, Member member, long now)
    {
        Waiter? taken = null;
        while (member.Busy < crew.Concurrency && crew.Queue.First is { } first)
        {
            if (!member.Instance.Usable)
            {
                crew.Withdraw(member);
                if (member.Busy == 0) Retire(member);
                _hiring.Consider(crew, now);
                return taken;
            }
            crew.Queue.RemoveFirst();
            member.Busy++;
            // Cold: it came after the call, and for it.
            var cold = !member.Used && member.StartBegan >= first.Value.Arrived;
            if (cold) crew.Tally.Misses++;
            else crew.Tally.Hits++;
            taken?.Tell(taken.Grant);
            taken = first.Value;
            taken.Grant = new Grant(member, null, cold);
        }
        if (crew.Queue.Count == 0) _hiring.Forget(crew);
        if (member.Busy >= crew.Concurrency) return taken;
        crew.Return(member, now);
        if (member.Busy == 0) _reaper.Expect(crew);
        return taken;
    }

    /// <summary>Takes an instance out and ends it. Under the lock; calls it still has end with it or before it.</summary>
    internal void Retire(Member member)
    {
        if (member.Gone) return;
        member.Gone = true;
        member.Crew.Remove(member);
        _hiring.End(member.Instance);
        Forget(member.Crew);
    }

    /// <summary>Nobody is to wait for a start that failed.</summary>
    internal static void Refuse(Crew crew, StartException failure)
    {
        foreach (var waiter in crew.Queue)
        {
            crew.Tally.Present--;
            crew.Tally.Misses++;
            waiter.Tell(new Grant(null, failure, Cold: true));
        }
        crew.Queue.Clear();
        foreach (var expected in crew.Expectations) expected.TrySetException(failure);
    }

    /// <summary>A version that is not wanted and has nothing left is not remembered.</summary>
    internal void Forget(Crew crew)
    {
        if (!crew.Leaving || crew.Members.Count + crew.Starting + crew.Queue.Count != 0) return;
        _crews.Remove(crew.Plan);
        _hiring.Forget(crew);
    }

    private void Dismiss(Crew crew)
    {
        crew.Leaving = true;
        foreach (var member in crew.Free.Where(member => member.Busy == 0).ToList()) Retire(member);
        Forget(crew);
    }

    private void RetireBroken()
    {
        foreach (var member in _broken) Retire(member);
        _broken.Clear();
    }

    private Crew CrewOf(FunctionPlan plan)
    {
        if (_crews.TryGetValue(plan, out var crew)) return crew;
        if (!_tallies.TryGetValue(plan.Function, out var tally)) _tallies.Add(plan.Function, tally = new Tally(plan.Function));
        crew = new Crew(plan, tally) { Leaving = _kept is not null && !_kept.Contains(plan) };
        _crews.Add(plan, crew);
        return crew;
    }

    private static TimeSpan RetryAfter(Crew crew)
    {
        var seconds = crew.Queue.Count * (crew.Run ?? 1) / Math.Max(1, crew.Members.Count * crew.Concurrency);
        return TimeSpan.FromSeconds(Math.Clamp(seconds, 1, 60));
    }
}
