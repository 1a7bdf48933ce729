namespace Glovebox.Api.Snapshots;

/// <summary>
/// Snapshots of projects. Where a snapshot is named, a label, the id or any unique part of it (4 or more characters) will do; where a run may
/// stand too, it means the run's tree after it, <c>ID:before</c> the one it began with.
/// </summary>
public interface ISnapshots
{
    /// <exception cref="RefusalException">Something cannot be read, or the label is another snapshot's in this project.</exception>
    Task<CreatedSnapshot> CreateAsync(SnapshotRequest request, CancellationToken cancellation);

    /// <summary>The root of the project that a directory belongs to.</summary>
    string ProjectOf(string directory);

    /// <summary>Newest first, by their newest entry.</summary>
    Task<IReadOnlyList<Snapshot>> ListAsync(SnapshotFilter filter, CancellationToken cancellation);

    /// <param name="directory">Where the user stands: labels of this project come first.</param>
    /// <exception cref="RefusalException">Not found, or not unique: names the candidates.</exception>
    Task<Snapshot> GetAsync(string name, string directory, CancellationToken cancellation);

    /// <param name="a">A snapshot or a run.</param>
    Task<SnapshotDiff> DiffAsync(string a, string b, string directory, CancellationToken cancellation);

    /// <summary>Makes a directory what a snapshot or a run recorded: all of it or, when it is cut off, all of it by the next command.</summary>
    /// <exception cref="RefusalException">Unsaved work would be lost (lists the paths), or a stored byte is damaged; nothing has changed then.</exception>
    Task<CheckoutResult> CheckoutAsync(CheckoutRequest request, CancellationToken cancellation);

    Task<Snapshot> UpdateAsync(SnapshotUpdate update, CancellationToken cancellation);

    /// <summary>Forgets a snapshot; gc frees its bytes.</summary>
    /// <exception cref="RefusalException">It is pinned.</exception>
    Task<Snapshot> RemoveAsync(string name, string directory, CancellationToken cancellation);

    /// <summary>Pins or unpins a snapshot or a run. What is pinned is neither removed nor forgotten.</summary>
    /// <returns>The full id.</returns>
    Task<string> PinAsync(string name, string directory, bool pinned, CancellationToken cancellation);

    /// <param name="directory">Any directory of a project.</param>
    Task<ProjectStatus> StatusAsync(string directory, CancellationToken cancellation);
}
