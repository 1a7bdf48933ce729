using Glovebox.Api;

namespace Glovebox.Functions.Pool;

/// <summary>
/// Instances of functions on this node: made when calls wait, kept warm, let go when idle, replaced when they break. Fair between functions: one
/// with many waiting calls does not starve another.
/// </summary>
public interface IFunctionPool : IAsyncDisposable
{
    /// <summary>
    /// Calls a version. Never throws for what the user's code does. Cancelling gives <c>cancelled</c>: a waiting call leaves the queue, and a
    /// running one ends with its instance (or forked child).
    /// </summary>
    /// <exception cref="BusyException">As many calls wait as may.</exception>
    ValueTask<CallReply> CallAsync(FunctionPlan plan, CallRequest request, CancellationToken cancellation);

    /// <summary>
    /// Says which versions are to be served from now on. Instances of versions not among them finish their calls and go; those with a minimum or a
    /// preload policy are made ready in the background.
    /// </summary>
    void Keep(IReadOnlyList<FunctionPlan> plans);

    /// <summary>Waits until what <see cref="Keep"/> asked for a version is ready, or could not be made.</summary>
    /// <exception cref="RefusalException">It does not start: names the reason, with the end of its output.</exception>
    Task ReadyAsync(FunctionPlan plan, CancellationToken cancellation);

    PoolCounts Count(string function);
}

/// <summary>Instances and calls of a function, now and since the node started.</summary>
/// <param name="Starting">Instances that are not ready yet.</param>
/// <param name="Idle">Ready and without a call.</param>
/// <param name="Busy">With a call.</param>
/// <param name="Waiting">Calls in the queue.</param>
/// <param name="Hits">Calls that found a warm instance.</param>
/// <param name="Misses">Calls that did not.</param>
public sealed record PoolCounts(int Starting, int Idle, int Busy, int Waiting, long Hits, long Misses);

/// <summary>The queue of a function is full.</summary>
/// <param name="retryAfter">A guess from the calls' usual time.</param>
public sealed class BusyException(string function, int waiting, TimeSpan retryAfter)
    : Exception($"{waiting} calls of '{function}' wait already; try again in {Math.Ceiling(retryAfter.TotalSeconds)} s, or deploy it with a higher --max")
{
    public TimeSpan RetryAfter { get; } = retryAfter;
}
