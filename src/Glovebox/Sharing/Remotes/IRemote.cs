using Glovebox.Blobs;

namespace Glovebox.Sharing.Remotes;

/// <summary>
/// A place that several homes push to and pull from: objects by the SHA-256 of their bytes, and small named records. Objects and records
/// appear whole or not at all, whoever dies; two who put the same do no harm. The suite RemoteSuite in tests/Conformance holds this.
/// </summary>
public interface IRemote : IPieceSource, IAsyncDisposable
{
    /// <summary>Makes the place ready for pushing: an empty one is made into a remote.</summary>
    /// <exception cref="Api.RefusalException">It is something else, or cannot be written.</exception>
    Task PrepareAsync(CancellationToken cancellation);

    /// <summary>Those of the objects that the place has not, asked for in one go.</summary>
    Task<IReadOnlySet<BlobId>> MissingAsync(IReadOnlyCollection<BlobId> ids, CancellationToken cancellation);

    /// <summary>Stores an object. When <paramref name="write"/> throws, or writes other bytes than the id says, nothing is stored.</summary>
    /// <param name="size">Bytes that <paramref name="write"/> will write.</param>
    /// <exception cref="DamagedPieceException">The bytes are not what the id says.</exception>
    Task PutAsync(BlobId id, long size, Func<Stream, CancellationToken, Task> write, CancellationToken cancellation);

    /// <summary>Stores a record, in the place of the one that is there. Everything it holds is there already.</summary>
    /// <param name="holds">Every object that the record leads to, for places that free what no record names.</param>
    Task PutAsync(RecordName name, byte[] bytes, IReadOnlyCollection<Held> holds, CancellationToken cancellation);
}

/// <summary>Opens remotes of one kind.</summary>
public interface IRemoteKind
{
    /// <summary>The URL's beginning, without the colon: <c>file</c>, <c>ssh</c>, <c>oci</c>.</summary>
    string Scheme { get; }

    /// <summary>Asks nothing of the place yet.</summary>
    /// <exception cref="Api.RefusalException">The URL is not one of this kind.</exception>
    IRemote Open(Uri url);
}

/// <summary>What a record is of.</summary>
public enum RecordKind
{
    Run,
    Snapshot,
    Image,
}

/// <param name="Id">Lower-case hexadecimal digits alone: it becomes part of paths and tags.</param>
public readonly record struct RecordName(RecordKind Kind, string Id)
{
    /// <summary>In messages and on the wire: <c>run</c>, <c>snapshot</c>, <c>image</c>.</summary>
    public static string Word(RecordKind kind) => kind.ToString().ToLowerInvariant();

    public static bool IsId(ReadOnlySpan<char> id)
    {
        foreach (var digit in id)
        {
            if (!char.IsAsciiHexDigitLower(digit)) return false;
        }
        return id.Length is >= 4 and <= 64;
    }

    public override string ToString() => $"{Word(Kind)} {Id}";
}

/// <summary>An object that a record leads to.</summary>
public readonly record struct Held(BlobId Id, long Size);

/// <summary>Bytes on their way are not what their name says.</summary>
public sealed class DamagedPieceException(BlobId id, string reason) : IOException($"object {id} is damaged: {reason}")
{
    public BlobId Id { get; } = id;
}
