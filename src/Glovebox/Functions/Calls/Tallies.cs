using Glovebox.Api.Functions;

namespace Glovebox.Functions.Calls;

/// <summary>What a function's calls came to since the server started. Written by many threads at once.</summary>
internal sealed class Tallies
{
    /// <summary>Each bucket's times are a tenth longer than those of the one before; the first ends at 10 µs.</summary>
    private const double First = 1e-5, Step = 1.1;
    private const int Buckets = 240;

    private readonly long[] _ends = new long[Enum.GetValues<CallStatus>().Length];
    private readonly long[] _times = new long[Buckets];
    private long _cold, _refused;

    public long Cold => Volatile.Read(ref _cold);
    public long Refused => Volatile.Read(ref _refused);
    public long Calls => _ends.Sum();

    public long Of(CallStatus status) => Volatile.Read(ref _ends[(int)status]);

    public void Refuse() => Interlocked.Increment(ref _refused);

    public void Add(CallStatus status, bool cold, double seconds)
    {
        Interlocked.Increment(ref _ends[(int)status]);
        if (cold) Interlocked.Increment(ref _cold);
        var bucket = seconds <= First ? 0 : (int)Math.Ceiling(Math.Log(seconds / First) / Math.Log(Step));
        Interlocked.Increment(ref _times[Math.Min(bucket, Buckets - 1)]);
    }

    /// <summary>The time that a share of the calls stayed below, in seconds, to a tenth of itself; null without calls.</summary>
    public double? Quantile(double share)
    {
        var all = _times.Sum();
        if (all == 0) return null;
        var wanted = (long)Math.Ceiling(all * share);
        var bucket = 0;
        for (long seen = _times[0]; seen < wanted; seen += _times[++bucket])
        {
            // Up to the bucket that holds it.
        }

        return First * Math.Pow(Step, bucket);
    }
}
