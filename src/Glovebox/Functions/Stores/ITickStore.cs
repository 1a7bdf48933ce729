namespace Glovebox.Functions.Stores;

/// <summary>When functions are called by themselves.</summary>
public interface ITickStore
{
    /// <summary>Functions whose tick has come, with it.</summary>
    Task<IReadOnlyList<(string Function, DateTimeOffset At)>> ListDueAsync(DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Handles a tick: moves to the next, and accepts the call, in one step.</summary>
    /// <returns>False when another handled it.</returns>
    Task<bool> FireAsync(string function, DateTimeOffset at, DateTimeOffset? nextAt, WaitingCall call, CancellationToken cancellation);

    /// <summary>Null when none is to come.</summary>
    Task<DateTimeOffset?> NextAsync(CancellationToken cancellation);
}
