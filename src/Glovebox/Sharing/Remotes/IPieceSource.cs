using Glovebox.Blobs;

namespace Glovebox.Sharing.Remotes;

/// <summary>A place that objects and records can be had from. Nothing that comes from one is believed before its digest was checked.</summary>
public interface IPieceSource
{
    /// <summary>As a user knows the place, for messages.</summary>
    string Name { get; }

    /// <summary>How many calls may be under way at once.</summary>
    int Lanes { get; }

    /// <summary>The object's bytes behind the first <paramref name="from"/>; the caller disposes it.</summary>
    /// <param name="from">0, or a count up to the object's length.</param>
    /// <exception cref="MissingPieceException">The place has no such object.</exception>
    /// <exception cref="Api.RefusalException">The place cannot be reached.</exception>
    Task<Stream> OpenAsync(BlobId id, long from, CancellationToken cancellation);

    /// <summary>The ids of the records of a kind, in no order.</summary>
    Task<IReadOnlyList<string>> ListAsync(RecordKind kind, CancellationToken cancellation);

    /// <summary>A record's bytes; null when there is none.</summary>
    Task<byte[]?> FindAsync(RecordName name, CancellationToken cancellation);
}

/// <summary>The place does not have an object that one of its records needs.</summary>
public sealed class MissingPieceException(BlobId id) : IOException($"object {id} is missing")
{
    public BlobId Id { get; } = id;
}
