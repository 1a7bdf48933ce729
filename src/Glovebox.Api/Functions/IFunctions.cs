using Glovebox.Api.Jobs;

namespace Glovebox.Api.Functions;

/// <summary>Runtimes, functions and their calls. A <c>reference</c> is <c>NAME</c>, <c>NAME:ALIAS</c> or <c>NAME@VERSION</c>.</summary>
/// <remarks>Every member throws <see cref="RefusalException"/> for an unknown name, with near ones, and for what is wrong in its arguments.</remarks>
public interface IFunctions
{
    /// <summary>Makes a runtime, or a new version of it when its spec differs.</summary>
    Task<FunctionRuntime> CreateRuntimeAsync(string name, RuntimeSpec spec, CancellationToken cancellation);

    /// <summary>The newest version of each, by name.</summary>
    Task<IReadOnlyList<FunctionRuntime>> ListRuntimesAsync(CancellationToken cancellation);

    Task<FunctionRuntime> ShowRuntimeAsync(string name, CancellationToken cancellation);

    /// <summary>Removes every version of a runtime that no function is on.</summary>
    Task RemoveRuntimeAsync(string name, CancellationToken cancellation);

    /// <summary>Makes a new version of a function and sends calls to it; nothing has changed when it is refused.</summary>
    /// <param name="bundle">A .zip, a .tar or .tar.gz, or one file of code.</param>
    /// <param name="file">The name of the bundle, which a single file keeps.</param>
    Task<Deployment> DeployAsync(string name, FunctionSpec spec, Stream bundle, string file, CancellationToken cancellation);

    Task<IReadOnlyList<Function>> ListAsync(CancellationToken cancellation);

    Task<Function> ShowAsync(string name, CancellationToken cancellation);

    /// <summary>Newest first.</summary>
    Task<IReadOnlyList<FunctionVersion>> VersionsAsync(string name, CancellationToken cancellation);

    /// <summary>Removes a function with its versions, aliases and calls; running calls end first.</summary>
    Task RemoveAsync(string name, CancellationToken cancellation);

    /// <summary>Removes a version that is neither the present one nor an alias's. The records of its calls stay.</summary>
    Task RemoveVersionAsync(string name, int version, CancellationToken cancellation);

    /// <param name="version">Null for the one before the present.</param>
    Task<Function> RollbackAsync(string name, int? version, CancellationToken cancellation);

    Task<Function> SetAliasAsync(string name, FunctionAlias alias, CancellationToken cancellation);

    Task<Function> RemoveAliasAsync(string name, string alias, CancellationToken cancellation);

    Task<FunctionStats> StatsAsync(string name, CancellationToken cancellation);

    /// <summary>Calls and waits for the result.</summary>
    /// <exception cref="RefusalException">Unable when too many calls wait.</exception>
    Task<CallOutput> CallAsync(string reference, CallInput input, CancellationToken cancellation);

    /// <summary>Stores a call and returns; it is made as soon as there is room.</summary>
    Task<Call> SubmitAsync(string reference, CallInput input, CancellationToken cancellation);

    /// <summary>Newest first.</summary>
    Task<Page<Call>> ListCallsAsync(CallFilter filter, CancellationToken cancellation);

    Task<Call> ShowCallAsync(string id, CancellationToken cancellation);

    /// <summary>Ends an accepted call, whether it waits or runs, and returns when it is <c>cancelled</c>.</summary>
    /// <exception cref="RefusalException">Conflict: it has ended otherwise.</exception>
    Task<Call> CancelCallAsync(string id, CancellationToken cancellation);
}
