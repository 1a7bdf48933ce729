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
public sealed record Freeable(string Kind, string Name, long Bytes, Action Free)
{
    /// <summary>How many things of the kind it stands for.</summary>
    public int Count { get; init; } = 1;
}
