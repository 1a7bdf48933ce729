using Glovebox.Api.Functions;
using Glovebox.Functions.Instances;

namespace Glovebox.Functions.Pool;

/// <summary>Starts instances and ends them, within what the node has. Everything but what runs beside is called under the staff's lock.</summary>
internal sealed class Hiring(Staff staff, IInstanceMaker maker, TimeProvider time, int most, Func<CancellationToken, Task> sweep) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly HashSet<Task> _work = [];
    private readonly HashSet<Crew> _starved = [];
    private readonly Dictionary<string, Shelf> _shelves = new(StringComparer.Ordinal);
    private Task? _swept;
    private int _total;
    private int _ending;

    /// <summary>Instances that the node has at most.</summary>
    public int Most => most;

    /// <summary>Starts what the version wants, as far as there is room; makes room where others have idle instances.</summary>
    public void Consider(Crew crew, long now)
    {
        if (staff.Disposed || (crew.Failure is not null && now < crew.RetryAt && crew.Members.Count == 0)) return;
        for (var wanted = Wanted(crew, now); wanted > 0; wanted--)
        {
            if (_total < most || TakeShelved(crew) is not null)
            {
                Start(crew, now);
                continue;
            }
            _starved.Add(crew);
            if (_total - _ending >= most) MakeRoom(crew);
            return;
        }
        _starved.Remove(crew);
    }

    /// <summary>Nobody waits there any more.</summary>
    public void Forget(Crew crew) => _starved.Remove(crew);

    /// <summary>A node that is full must let another function have an instance: one with fewer, that has waited as long as a start takes.</summary>
    public bool MustYield(Crew crew, long now)
    {
        if (_starved.Count == 0 || _total - _ending < most) return false;
        foreach (var other in _starved)
        {
            if (other != crew && other.Queue.First is { } first && other.Members.Count + other.Starting < crew.Members.Count
                && time.GetElapsedTime(first.Value.Arrived, now).TotalSeconds > other.Start) return true;
        }
        return false;
    }

    /// <summary>Keeps as many generic instances as the versions of a runtime ask for: one for each runtime.</summary>
    public void Stock(IReadOnlyList<FunctionPlan> plans)
    {
        var wanted = plans.Where(plan => plan.Preload == Preload.Runtime && maker.CanBeGeneric(plan)).DistinctBy(plan => plan.RuntimeKey)
            .ToDictionary(plan => plan.RuntimeKey, StringComparer.Ordinal);
        foreach (var (key, shelf) in _shelves.ToList())
        {
            if (wanted.ContainsKey(key)) continue;
            shelf.Model = null;
            while (shelf.Ready.TryPop(out var instance)) End(instance);
        }
        foreach (var (key, plan) in wanted)
        {
            if (!_shelves.TryGetValue(key, out var shelf)) _shelves.Add(key, shelf = new Shelf());
            shelf.Model = plan;
            Refill(shelf);
        }
    }

    /// <summary>Tells those who wait for a version to be ready, when it is.</summary>
    public void Meet(Crew crew)
    {
        if (crew.Expectations.Count == 0) return;
        var shelf = crew.Plan.Preload == Preload.Runtime && maker.CanBeGeneric(crew.Plan) ? _shelves.GetValueOrDefault(crew.Plan.RuntimeKey) : null;
        // One that stands says that the code starts; the others come as there is room.
        if (crew.Standing - crew.Starting < Math.Min(crew.Floor(active: false), 1) || shelf is { Model: not null, Ready.Count: 0, Failure: null })
        {
            if (crew.Failure is { } failed && crew.Starting == 0) Staff.Refuse(crew, failed);
            return;
        }
        foreach (var expected in crew.Expectations)
        {
            if (shelf?.Failure is { } failure) expected.TrySetException(failure);
            else expected.TrySetResult();
        }
    }

    /// <summary>Ends an instance beside everything else; its place is free when it is gone.</summary>
    public void End(IWarmInstance instance)
    {
        _ending++;
        Do(async () =>
        {
            await instance.DisposeAsync();
            lock (staff.Changing)
            {
                _ending--;
                _total--;
                FillRoom();
            }
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        lock (staff.Changing)
        {
            foreach (var shelf in _shelves.Values)
                while (shelf.Ready.TryPop(out var instance)) End(instance);
        }
        while (true)
        {
            Task[] work;
            lock (staff.Changing) work = [.. _work];
            if (work.Length == 0) break;
            await Task.WhenAll(work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        _stopping.Dispose();
    }

    private int Wanted(Crew crew, long now)
    {
        var room = crew.Plan.Max - crew.Members.Count - crew.Starting;
        if (room <= 0) return 0;
        var stalled = crew.Queue.Count > 0 && time.GetElapsedTime(crew.QueueSince, now).TotalSeconds > crew.Start;
        var needed = Scaling.Needed(crew.Queue.Count, crew.Members.Count, crew.Starting, crew.Concurrency, crew.Run, crew.Start, stalled);
        var active = crew.LastCall != 0 && time.GetElapsedTime(crew.LastCall, now) < crew.Plan.Idle;
        return Math.Min(Math.Max(needed, crew.Floor(active) - crew.Standing), room);
    }

    private void Start(Crew crew, long now)
    {
        crew.Starting++;
        var shelf = TakeShelved(crew);
        var generic = shelf?.Ready.Pop();
        if (generic is null) _total++;
        Do(async () =>
        {
            IWarmInstance? instance = null;
            StartException? failure = null;
            try
            {
                instance = generic is null ? await MakeAsync(crew.Plan, generic: false) : await LoadAsync(generic, crew.Plan);
            }
            catch (Exception e)
            {
                failure = Reason(e);
            }
            lock (staff.Changing)
            {
                crew.Starting--;
                if (instance is not null) Join(crew, instance, now);
                else Fail(crew, failure!);
                if (shelf is not null) Refill(shelf);
            }
        });
    }

    private void Join(Crew crew, IWarmInstance instance, long began)
    {
        var now = time.GetTimestamp();
        crew.NoteStart(time.GetElapsedTime(began, now).TotalSeconds);
        var member = new Member(crew, instance, began);
        crew.Members.Add(member);
        if (staff.Disposed || (crew.Leaving && crew.Queue.Count == 0))
        {
            staff.Retire(member);
            return;
        }
        Do(() => FollowAsync(member));
        staff.Offer(crew, member, now);
        // Others that are to stand ready are still to come: where there is no room, the end of any instance looks again.
        if (crew.Standing < crew.Floor(active: false)) Consider(crew, now);
        Meet(crew);
    }

    private void Fail(Crew crew, StartException failure)
    {
        _total--;
        crew.NoteFailure(failure, time.GetTimestamp(), time);
        if (crew.Members.Count + crew.Starting == 0 || crew.Expectations.Count > 0) Staff.Refuse(crew, failure);
        staff.Forget(crew);
        FillRoom();
    }

    /// <summary>An instance that ends while nobody calls it is replaced like any other.</summary>
    private async Task FollowAsync(Member member)
    {
        await member.Instance.Ended.WaitAsync(_stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (staff.Changing)
        {
            if (member.Gone || member.Busy > 0 || staff.Disposed) return;
            // One that dies without ever having had a call would be started and die for ever.
            if (!member.Used) member.Crew.NoteFailure(new StartException("The function's process ended before it had a call."), time.GetTimestamp(), time);
            staff.Retire(member);
            Consider(member.Crew, time.GetTimestamp());
        }
    }

    // What waits goes first, the fewest instances first; then what shall stand ready.
    private void FillRoom()
    {
        if (staff.Disposed) return;
        var now = time.GetTimestamp();
        foreach (var crew in staff.Crews.Where(crew => crew.Queue.Count > 0).OrderBy(crew => crew.Members.Count + crew.Starting).ToList())
        {
            if (_total >= most) return;
            Consider(crew, now);
        }
        foreach (var crew in _starved.ToList())
        {
            if (_total >= most) return;
            Consider(crew, now);
        }
        foreach (var shelf in _shelves.Values) Refill(shelf);
    }

    // An idle instance of another version goes: a generic one first, then the one that was idle longest. Its end starts what wants its place.
    private void MakeRoom(Crew crew)
    {
        foreach (var shelf in _shelves.Values)
        {
            if (!shelf.Ready.TryPop(out var spare)) continue;
            End(spare);
            return;
        }
        if (crew.Queue.Count == 0 && crew.Expectations.Count == 0) return;
        // A version that is to take over may have the places of the one before.
        var succeeds = crew.Expectations.Count > 0;
        var oldest = staff.Crews.Where(other => other != crew && (other.Members.Count > other.Plan.Min || (succeeds && other.Tally == crew.Tally))).SelectMany(other => other.Free)
            .Where(member => member.Busy == 0).MinBy(member => member.IdleSince);
        if (oldest is not null) staff.Retire(oldest);
    }

    private Shelf? TakeShelved(Crew crew) =>
        crew.Plan.Preload == Preload.Runtime && maker.CanBeGeneric(crew.Plan)
        && _shelves.GetValueOrDefault(crew.Plan.RuntimeKey) is { Ready.Count: > 0 } shelf ? shelf : null;

    private void Refill(Shelf shelf)
    {
        if (shelf.Model is not { } model || shelf.Starting || shelf.Ready.Count > 0 || _total >= most || staff.Disposed) return;
        shelf.Starting = true;
        _total++;
        Do(async () =>
        {
            IWarmInstance? instance = null;
            StartException? failure = null;
            try
            {
                instance = await MakeAsync(model, generic: true);
            }
            catch (Exception e)
            {
                failure = Reason(e);
            }
            lock (staff.Changing)
            {
                shelf.Starting = false;
                shelf.Failure = failure;
                if (instance is null) _total--;
                else if (shelf.Model is null || staff.Disposed) End(instance);
                else shelf.Ready.Push(instance);
                foreach (var crew in staff.Crews.Where(crew => crew.Plan.RuntimeKey == model.RuntimeKey).ToList()) Meet(crew);
            }
        });
    }

    private async Task<IWarmInstance> LoadAsync(IWarmInstance generic, FunctionPlan plan)
    {
        try
        {
            if (!generic.Usable) throw new StartException("The waiting instance has ended");
            await generic.LoadAsync(plan, _stopping.Token);
            return generic;
        }
        catch
        {
            await generic.DisposeAsync();
            throw;
        }
    }

    private async Task<IWarmInstance> MakeAsync(FunctionPlan plan, bool generic)
    {
        Task swept;
        lock (staff.Changing) swept = _swept ??= sweep(_stopping.Token);
        await swept;
        return await maker.MakeAsync(plan, generic, _stopping.Token);
    }

    // Calls wait for a start: whatever became of it, they must hear.
    private StartException Reason(Exception e) => e switch
    {
        StartException known => known,
        OperationCanceledException when _stopping.IsCancellationRequested => new StartException("The node is stopping."),
        _ => new StartException($"The instance could not be started: {e.Message}"),
    };

    private void Do(Func<Task> what)
    {
        var work = Task.Run(what);
        _work.Add(work);
        _ = work.ContinueWith(done =>
        {
            lock (staff.Changing) _work.Remove(done);
        }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Generic instances of one runtime.</summary>
    private sealed class Shelf
    {
        /// <summary>Any version of the runtime; null when nobody wants generic instances any more.</summary>
        public FunctionPlan? Model { get; set; }
        public Stack<IWarmInstance> Ready { get; } = [];
        public bool Starting { get; set; }
        public StartException? Failure { get; set; }
    }
}
