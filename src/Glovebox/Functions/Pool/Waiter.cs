using Glovebox.Functions.Instances;

namespace Glovebox.Functions.Pool;

/// <summary>A call in the queue of its version.</summary>
internal sealed class Waiter(long arrived) : TaskCompletionSource<Grant>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    /// <summary>A timestamp of the pool's clock.</summary>
    public long Arrived { get; } = arrived;
}

/// <summary>How a call leaves the queue: with an instance, with the reason why there is none, or (both null) because nobody wants it any more.</summary>
/// <param name="Cold">The instance was started, or loaded, while the call waited.</param>
internal readonly record struct Grant(Member? Member, StartException? Failure, bool Cold);
