using Glovebox.Functions.Prediction;

namespace Glovebox.Functions.Pool;

/// <summary>What is counted of a function, over all of its versions. Guarded by the pool's lock.</summary>
internal sealed class Tally(string function)
{
    public string Function { get; } = function;
    public long Hits { get; set; }
    public long Misses { get; set; }

    /// <summary>Calls in instances and in queues, now.</summary>
    public int Present { get; set; }

    public CallWindow Window { get; } = new();
}
