namespace Glovebox.Garbage;

/// <summary>Finds things of some kinds that nothing kept needs.</summary>
public interface ICollector
{
    /// <summary>The kinds it reports, in the words of <see cref="Api.Storage.GcKind"/>.</summary>
    IReadOnlyList<string> Kinds { get; }

    /// <summary>Called while nobody writes to the store.</summary>
    IEnumerable<Freeable> Find(Kept kept, CancellationToken cancellation);
}

/// <summary>Something that can go.</summary>
/// <param name="Bytes">On disk.</param>
/// <param name="Free">Removes it; nothing when it has gone already.</param>
public sealed record Freeable(string Kind, string Name, long Bytes, Action Free);

/// <summary>What the kept runs and snapshots need.</summary>
/// <param name="Trees">Ids of trees, before and after.</param>
/// <param name="Environments">Digests of environments' locks.</param>
/// <param name="Images">Digests of images.</param>
/// <param name="Runs">Ids of the runs themselves.</param>
/// <param name="Blobs">Blobs that are no part of a tree: the snapshots' own.</param>
public sealed record Kept(
    IReadOnlySet<string> Trees, IReadOnlySet<string> Environments, IReadOnlySet<string> Images, IReadOnlySet<string> Runs, IReadOnlySet<string> Blobs);
