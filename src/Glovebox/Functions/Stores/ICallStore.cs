using Glovebox.Api.Functions;
using Glovebox.Api.Jobs;

namespace Glovebox.Functions.Stores;

/// <summary>
/// What is kept of calls. An asynchronous call is <c>pending</c> when it is accepted, <c>running</c> while its node makes it, and ends once: whoever
/// ends it second changes nothing. A node is a home, the one that has the code.
/// </summary>
public interface ICallStore
{
    /// <summary>Says, on any thread, that a call was accepted, through whichever node; too often rather than too seldom.</summary>
    IDisposable Listen(Action accepted);

    /// <summary>Keeps calls that have ended.</summary>
    Task AddAsync(IReadOnlyList<Call> ended, CancellationToken cancellation);

    /// <summary>Accepts a call. Where there is one of its id, nothing happens.</summary>
    /// <param name="numbered">It gets the next call number, counted from 1.</param>
    /// <returns>The call as it is kept.</returns>
    Task<Call> SubmitAsync(WaitingCall call, bool numbered, CancellationToken cancellation);

    /// <summary>Takes pending calls of a node, the oldest first, and makes them <c>running</c>.</summary>
    /// <param name="blocked">Functions that none is taken of.</param>
    Task<IReadOnlyList<WaitingCall>> TakeAsync(string node, int limit, IReadOnlyCollection<string> blocked, CancellationToken cancellation);

    /// <summary>Puts a taken call back.</summary>
    Task ReleaseAsync(string id, CancellationToken cancellation);

    /// <summary>Puts back what a node took in an earlier life.</summary>
    /// <returns>How many.</returns>
    Task<int> ReleaseAllAsync(string node, CancellationToken cancellation);

    /// <summary>Ends an accepted call, and leaves what is to be told of it, in one step.</summary>
    /// <returns>False when it had ended before.</returns>
    Task<bool> FinishAsync(Call ended, CallbackDelivery? told, CancellationToken cancellation);

    Task<Call?> FindAsync(string id, CancellationToken cancellation);

    Task<Call?> FindByNumberAsync(long number, CancellationToken cancellation);

    /// <summary>The parameters of an accepted call; null when there is none.</summary>
    Task<CallInput?> ParametersAsync(string id, CancellationToken cancellation);

    /// <summary>Newest first.</summary>
    Task<Page<Call>> ListAsync(CallFilter filter, CancellationToken cancellation);

    /// <summary>Every numbered call that is kept with its parameters, by number.</summary>
    Task<IReadOnlyList<(Call Call, CallInput Input)>> ListNumberedAsync(CancellationToken cancellation);

    /// <summary>Forgets ended calls of a function: those before a time, and all but the newest.</summary>
    /// <returns>How many.</returns>
    Task<int> TrimAsync(string function, int keep, DateTimeOffset before, CancellationToken cancellation);
}

/// <summary>An accepted call with what it is made with.</summary>
public sealed record WaitingCall(Call Call, string Node, CallInput Input);

/// <summary>A webhook that tells of a call's end; sent by the outbox of jobs.</summary>
public sealed record CallbackDelivery(string Id, string Url, string Body);
