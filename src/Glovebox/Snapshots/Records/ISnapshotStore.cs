using Glovebox.Api.Snapshots;

namespace Glovebox.Snapshots.Records;

/// <summary>The record of snapshots. What must be atomic is one method; when a method returns, its effect is durable.</summary>
public interface ISnapshotStore
{
    /// <summary>Changes one record with nobody in between: two at once follow each other, and each sees what the other did.</summary>
    /// <param name="change">From what is there (null for nothing) to what shall be (null to remove it). Called with the store locked: it must be quick.</param>
    /// <returns>What is there now; null when nothing is.</returns>
    Task<Snapshot?> ChangeAsync(string id, Func<Snapshot?, Snapshot?> change, CancellationToken cancellation);

    /// <summary>
    /// The snapshots that a name may mean: the one with exactly this id alone; else all with this label; else those whose id holds it.
    /// Newest first, at most <paramref name="limit"/>.
    /// </summary>
    Task<IReadOnlyList<Snapshot>> FindAsync(string name, int limit, CancellationToken cancellation);

    /// <summary>Newest first, by their newest entry.</summary>
    Task<IReadOnlyList<Snapshot>> ListAsync(SnapshotFilter filter, CancellationToken cancellation);

    /// <summary>The newest snapshot of a tree that was made in a project; null when there is none.</summary>
    Task<Snapshot?> FindByTreeAsync(string project, string tree, CancellationToken cancellation);

    /// <summary>Which snapshot or run a project was last brought to, by <c>create</c> or <c>checkout</c>; null when none, or it was removed.</summary>
    Task<string?> GetCurrentAsync(string project, CancellationToken cancellation);

    Task SetCurrentAsync(string project, string id, CancellationToken cancellation);

    /// <summary>Pins a snapshot or a run, whether it is known here or not. A snapshot's record says so from then on.</summary>
    Task SetPinAsync(string id, bool pinned, CancellationToken cancellation);

    /// <summary>Ids of all that is pinned.</summary>
    Task<IReadOnlySet<string>> ListPinsAsync(CancellationToken cancellation);
}
