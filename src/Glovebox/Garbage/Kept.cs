namespace Glovebox.Garbage;

/// <summary>What stays: everything that runs, snapshots and other records lead to. Keepers add to it, collectors look into it.</summary>
public sealed class Kept
{
    /// <summary>Ids of all recorded runs, those to be forgotten too: their folders go with them.</summary>
    public HashSet<string> Runs { get; } = new(StringComparer.Ordinal);

    /// <summary>Of those, the ones that have not been brought to their end: their boxes may still be there.</summary>
    public HashSet<string> OpenRuns { get; } = new(StringComparer.Ordinal);

    /// <summary>Ids of sweeps of which a run is kept.</summary>
    public HashSet<string> Sweeps { get; } = new(StringComparer.Ordinal);

    /// <summary>Ids of trees: they, and every blob they name.</summary>
    public HashSet<string> Trees { get; } = new(StringComparer.Ordinal);

    /// <summary>Blobs that are no part of a tree, by their digests.</summary>
    public HashSet<string> Blobs { get; } = new(StringComparer.Ordinal);

    /// <summary>Digests of environments' locks.</summary>
    public HashSet<string> Environments { get; } = new(StringComparer.Ordinal);

    /// <summary>Digests of images.</summary>
    public HashSet<string> Images { get; } = new(StringComparer.Ordinal);

    /// <summary>Code of functions by its digest, and their installed dependencies by their key. Null: not all is known, and nothing of it may go.</summary>
    public HashSet<string>? Functions { get; set; } = new(StringComparer.Ordinal);
}

/// <summary>A record that keeps things besides the runs: it says what it needs.</summary>
public interface IKeeper
{
    /// <summary>Adds what must not be freed. Called while nobody writes to the store.</summary>
    Task KeepAsync(Kept kept, CancellationToken cancellation);
}
