using Glovebox.Blobs;
using Glovebox.Images;
using Glovebox.Sharing.Remotes;

namespace Glovebox.Sharing.Packing;

/// <summary>What an object is in a home, which says where it lies there.</summary>
internal enum PieceKind
{
    /// <summary>In the blob store: a file's content, a tree.</summary>
    Blob,

    /// <summary>An environment's lock.</summary>
    Lock,

    /// <summary>The packages of a machine that was an environment.</summary>
    Packages,

    /// <summary>An image's configuration.</summary>
    Image,

    /// <summary>A layer, as the tar that its digest is of.</summary>
    Layer,

    /// <summary>What a run printed.</summary>
    Log,
}

/// <summary>One object on its way.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Run">Of a log: the run it belongs to; else null.</param>
internal sealed record Piece(PieceKind Kind, BlobId Id, long Size, string? Run = null)
{
    public Digest Digest => new(Id.Hex);
}

/// <summary>A record and every object that it needs.</summary>
/// <param name="Bytes">The record's own.</param>
/// <param name="Notes">What the user should know of it, as sentences about "it".</param>
internal sealed record Parcel(RecordName Name, byte[] Bytes, IReadOnlyList<Piece> Pieces, IReadOnlyList<string> Notes)
{
    /// <summary>The notes of several, each said once with those it is about.</summary>
    public static IReadOnlyList<string> NotesOf(IEnumerable<Parcel> parcels) =>
    [
        .. parcels.SelectMany(parcel => parcel.Notes.Select(note => (Note: note, parcel.Name))).GroupBy(one => one.Note, one => one.Name)
            .Select(group => $"{string.Join(", ", group.Take(3))}{(group.Count() > 3 ? $" and {group.Count() - 3} more" : "")}: {group.Key}"),
    ];
}
