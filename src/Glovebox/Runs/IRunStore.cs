using Glovebox.Api.Runs;
using Glovebox.Execution;
using Glovebox.Query;

namespace Glovebox.Runs;

/// <summary>The record of runs. What must be atomic is one method; when a method returns, its effect is durable.</summary>
public interface IRunStore
{
    /// <summary>Adds a run and marks it open: somebody has to bring it to its end.</summary>
    /// <param name="handle">How to find its box again.</param>
    Task AddAsync(Run run, InstanceHandle handle, CancellationToken cancellation);

    /// <summary>Adds a run that ended elsewhere: nothing is left to be done for it here.</summary>
    /// <returns>False when a run of that id is here, which stays as it is.</returns>
    Task<bool> KeepAsync(Run run, CancellationToken cancellation);

    /// <summary>Replaces the record.</summary>
    /// <param name="close">True: nothing is left to be done for this run.</param>
    Task UpdateAsync(Run run, bool close, CancellationToken cancellation);

    /// <summary>Runs that nobody has brought to their end yet, whether their process lives or not.</summary>
    Task<IReadOnlyList<OpenRun>> ListOpenAsync(CancellationToken cancellation);

    /// <summary>The runs whose id holds <paramref name="part"/>, an exact match alone if there is one; at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<Run>> FindAsync(string part, int limit, CancellationToken cancellation);

    /// <summary>Newest first.</summary>
    Task<IReadOnlyList<Run>> ListAsync(RunFilter filter, Condition? where, CancellationToken cancellation);

    /// <summary>Forgets a run. False when it was not there.</summary>
    Task<bool> RemoveAsync(string id, CancellationToken cancellation);
}

/// <summary>A run that is not closed.</summary>
public sealed record OpenRun(Run Run, InstanceHandle Handle);
