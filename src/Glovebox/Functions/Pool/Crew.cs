using Glovebox.Api.Functions;
using Glovebox.Functions.Instances;

namespace Glovebox.Functions.Pool;

/// <summary>The instances of one version and the calls that wait for them. Guarded by the pool's lock.</summary>
internal sealed class Crew(FunctionPlan plan, Tally tally)
{
    private const double Newest = 0.2; // Weight of the newest in a running mean.
    private const double UsualStart = 0.1;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromSeconds(30);

    // The one used last is taken first, so that those which are not needed grow old.
    private readonly List<Member> _free = [];
    private TimeSpan _pause;

    public FunctionPlan Plan { get; } = plan;

    /// <summary>Of all versions of the function.</summary>
    public Tally Tally { get; } = tally;

    public List<Member> Members { get; } = [];
    public LinkedList<Waiter> Queue { get; } = [];
    public int Starting { get; set; }

    /// <summary>Its calls end, and then it goes: another version has taken over.</summary>
    public bool Leaving { get; set; }

    /// <summary>Instances that the prediction wants here.</summary>
    public int Predicted { get; set; }

    public double? Run { get; private set; }
    public double Start { get; private set; } = UsualStart;
    public long LastCall { get; set; }

    /// <summary>Since when there is always somebody in the queue; a timestamp.</summary>
    public long QueueSince { get; set; }

    /// <summary>Why the last start failed, until one succeeds.</summary>
    public StartException? Failure { get; private set; }

    /// <summary>Not before this timestamp is another start tried.</summary>
    public long RetryAt { get; private set; }

    /// <summary>Whoever waits for what was asked to be ready.</summary>
    public List<TaskCompletionSource> Expectations { get; } = [];

    public int Concurrency => Plan.Isolation == Isolation.Reuse ? Math.Max(Plan.Concurrency, 1) : 1;

    public int Idle => _free.Count(member => member.Busy == 0);

    public IReadOnlyList<Member> Free => _free;

    /// <summary>Instances that stay, called or not.</summary>
    /// <param name="active">It was called within its idle time.</param>
    public int Floor(bool active)
    {
        if (Leaving) return 0;
        var floor = Plan.Preload switch
        {
            Preload.Function => Math.Max(Plan.Min, 1),
            Preload.Auto => Math.Max(Plan.Min, Predicted),
            _ => Plan.Min,
        };
        if (Plan.Isolation == Isolation.Fresh && active) floor = Math.Max(floor, 1);
        return Math.Min(floor, Plan.Max);
    }

    /// <summary>What counts towards the floor: with <c>fresh</c>, only instances that had no call.</summary>
    public int Standing => (Plan.Isolation == Isolation.Fresh ? _free.Count : Members.Count) + Starting;

    /// <summary>An instance with room for a call, or null. Those found broken go to <paramref name="broken"/>.</summary>
    public Member? Take(List<Member> broken)
    {
        while (_free.Count > 0)
        {
            var member = _free[^1];
            if (!member.Instance.Usable)
            {
                _free.RemoveAt(_free.Count - 1);
                // The calls that it still has end first.
                if (member.Busy == 0) broken.Add(member);
                continue;
            }
            if (++member.Busy >= Concurrency) _free.RemoveAt(_free.Count - 1);
            return member;
        }
        return null;
    }

    public void Return(Member member, long now)
    {
        if (member.Busy == 0) member.IdleSince = now;
        if (!_free.Contains(member)) _free.Add(member);
    }

    /// <summary>It gets no more calls.</summary>
    public void Withdraw(Member member) => _free.Remove(member);

    public void Remove(Member member)
    {
        Members.Remove(member);
        _free.Remove(member);
    }

    public void NoteRun(double seconds) => Run = Run is { } mean ? mean + Newest * (seconds - mean) : seconds;

    public void NoteStart(double seconds)
    {
        Start += Newest * (seconds - Start);
        Failure = null;
        _pause = TimeSpan.Zero;
    }

    public void NoteFailure(StartException failure, long now, TimeProvider time)
    {
        Failure = failure;
        _pause = _pause == TimeSpan.Zero ? FirstPause : _pause * 2 > LongestPause ? LongestPause : _pause * 2;
        RetryAt = now + (long)(_pause.TotalSeconds * time.TimestampFrequency);
    }
}
