using Glovebox.Api;
using Glovebox.Api.Functions;

namespace Glovebox.Functions.Stores;

/// <summary>What is kept of runtimes and functions. What must be atomic is one method; what has returned is durable.</summary>
public interface IFunctionStore
{
    /// <summary>Says, on any thread, that a function was deployed, switched or removed, or an alias set, through whichever node.</summary>
    IDisposable Listen(Action changed);

    /// <summary>Keeps a spec as the runtime's newest version; nothing new where the newest version has the same spec.</summary>
    Task<FunctionRuntime> PutRuntimeAsync(string name, RuntimeSpec spec, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>The newest version of each, by name.</summary>
    Task<IReadOnlyList<FunctionRuntime>> ListRuntimesAsync(CancellationToken cancellation);

    /// <param name="version">Null for the newest.</param>
    Task<FunctionRuntime?> FindRuntimeAsync(string name, int? version, CancellationToken cancellation);

    /// <returns>Functions with a version on it, which then stays; empty when it was removed or is not there.</returns>
    Task<IReadOnlyList<string>> RemoveRuntimeAsync(string name, CancellationToken cancellation);

    /// <summary>The next number of a version of a function. It is given out once, used or not; a function that is not there yet is not made by it.</summary>
    Task<int> ReserveVersionAsync(string name, CancellationToken cancellation);

    /// <summary>Keeps a version and makes it its function's present one, which is made if need be.</summary>
    /// <param name="nextAt">The first tick of its schedule.</param>
    Task<Function> AddVersionAsync(FunctionVersion version, DateTimeOffset? nextAt, CancellationToken cancellation);

    Task<IReadOnlyList<Function>> ListAsync(CancellationToken cancellation);

    Task<Function?> FindAsync(string name, CancellationToken cancellation);

    /// <summary>Newest first.</summary>
    Task<IReadOnlyList<FunctionVersion>> ListVersionsAsync(string name, CancellationToken cancellation);

    /// <summary>Makes an earlier version the present one.</summary>
    /// <returns>Null when there is no such function or version.</returns>
    Task<Function?> SwitchAsync(string name, int version, DateTimeOffset? nextAt, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Sets or replaces an alias.</summary>
    /// <exception cref="RefusalException">NotFound: the alias names a version that is not there.</exception>
    Task<Function?> SetAliasAsync(string name, FunctionAlias alias, CancellationToken cancellation);

    /// <returns>Null when there is no such function; the function as it is where it has no such alias.</returns>
    Task<Function?> RemoveAliasAsync(string name, string alias, CancellationToken cancellation);

    /// <summary>Removes a version. The records of its calls stay.</summary>
    /// <returns>False when there is no such version.</returns>
    /// <exception cref="RefusalException">Conflict: it is the present one, or an alias leads to it.</exception>
    Task<bool> RemoveVersionAsync(string name, int version, CancellationToken cancellation);

    /// <summary>Removes a function with all that is kept of it. The numbers of its versions are not given out again.</summary>
    Task<bool> RemoveAsync(string name, CancellationToken cancellation);
}
