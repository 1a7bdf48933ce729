using System.Threading.Tasks.Sources;
using Glovebox.Functions.Instances;

namespace Glovebox.Functions.Pool;

/// <summary>A call in the queue of its version. Whoever takes it out of the queue grants it, once.</summary>
/// <param name="arrived">A timestamp of the pool's clock.</param>
internal sealed class Waiter(long arrived) : IValueTaskSource<Grant>
{
    private ManualResetValueTaskSourceCore<Grant> _core;

    public long Arrived { get; } = arrived;

    /// <summary>To be awaited once.</summary>
    public ValueTask<Grant> Granted => new(this, _core.Version);

    /// <summary>What <see cref="Hand"/> gives; set when the instance is taken for this call.</summary>
    public Grant Grant { get; set; }

    /// <summary>Gives the grant. The call goes on on a thread of the thread pool, so this may be said under the lock.</summary>
    public void Tell(in Grant grant)
    {
        _core.RunContinuationsAsynchronously = true;
        _core.SetResult(grant);
    }

    /// <summary>
    /// Gives the grant, and the call goes on here and now until it must wait: it is on its way to the instance before whoever freed that goes on
    /// with its own reply, and no thread is woken for it. Never under the lock.
    /// </summary>
    public void Hand()
    {
        // A call whose reply is there already goes on to its end here, and hands its instance on from within.
        _core.RunContinuationsAsynchronously = !System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack();
        _core.SetResult(Grant);
    }

    Grant IValueTaskSource<Grant>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<Grant>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<Grant>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}

/// <summary>How a call leaves the queue: with an instance, with the reason why there is none, or (both null) because nobody wants it any more.</summary>
/// <param name="Cold">The instance was started, or loaded, while the call waited.</param>
internal readonly record struct Grant(Member? Member, StartException? Failure, bool Cold);
