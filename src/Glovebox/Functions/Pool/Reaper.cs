using Glovebox.Api.Functions;
using Glovebox.Functions.Prediction;

namespace Glovebox.Functions.Pool;

/// <summary>
/// Lets go what was idle for too long, and asks now and then what should stand ready. Its timers run only while there is something to come:
/// functions that nobody calls cost nothing.
/// </summary>
internal sealed class Reaper : IDisposable
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(50);

    private readonly Staff _staff;
    private readonly TimeProvider _time;
    private readonly TimeSpan _interval;
    private readonly ITimer _idle;
    private readonly ITimer _prediction;
    private long _due = long.MaxValue;
    private bool _predicting;

    public Reaper(Staff staff, TimeProvider time, TimeSpan predictionInterval)
    {
        _staff = staff;
        _time = time;
        _interval = predictionInterval;
        _idle = time.CreateTimer(_ => Reap(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _prediction = time.CreateTimer(_ => Assign(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>An instance of it became idle. Under the lock.</summary>
    public void Expect(Crew crew)
    {
        if (crew.Members.Count <= crew.Plan.Min) return;
        SetDue(_time.GetTimestamp() + Ticks(crew.Plan.Idle));
    }

    /// <summary>Calls were made by which something could be foretold. Under the lock.</summary>
    public void Predict()
    {
        if (_predicting) return;
        _predicting = true;
        _prediction.Change(_interval, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        _idle.Dispose();
        _prediction.Dispose();
    }

    private void Reap()
    {
        lock (_staff.Changing)
        {
            if (_staff.Disposed) return;
            _due = long.MaxValue;
            var (now, next) = (_time.GetTimestamp(), long.MaxValue);
            foreach (var crew in _staff.Crews.ToList())
            {
                var spare = crew.Members.Count - crew.Floor(active: false);
                foreach (var member in crew.Free.Where(member => member.Busy == 0).OrderBy(member => member.IdleSince).Take(Math.Max(spare, 0)).ToList())
                {
                    var due = member.IdleSince + Ticks(crew.Plan.Idle);
                    if (due <= now) _staff.Retire(member);
                    else next = Math.Min(next, due);
                }
            }
            if (next != long.MaxValue) SetDue(next);
        }
    }

    private void Assign()
    {
        lock (_staff.Changing)
        {
            if (_staff.Disposed) return;
            var now = _time.GetTimestamp();
            var crews = _staff.Crews.Where(crew => crew is { Leaving: false, Plan.Preload: Preload.Auto }).ToList();
            var demands = crews.Select(crew => crew.Tally.Window.Look(now / _time.TimestampFrequency)).ToList();
            var reserved = _staff.Crews.Where(crew => crew.Plan.Preload != Preload.Auto).Sum(crew => crew.Floor(active: false));
            var given = Shares.Assign(demands, Math.Max(0, _staff.Hiring.Most - reserved));
            for (var i = 0; i < crews.Count; i++)
            {
                var crew = crews[i];
                crew.Predicted = Math.Min((given[i] + crew.Concurrency - 1) / crew.Concurrency, crew.Plan.Max);
                _staff.Hiring.Consider(crew, now);
            }
            _predicting = demands.Any(demand => demand.Calls > 0);
            if (_predicting) _prediction.Change(_interval, Timeout.InfiniteTimeSpan);
            SetDue(now);
        }
    }

    private void SetDue(long due)
    {
        if (due >= _due) return;
        _due = due;
        var left = _time.GetElapsedTime(_time.GetTimestamp(), due);
        _idle.Change(left < Least ? Least : left, Timeout.InfiniteTimeSpan);
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);
}
