using Microsoft.Win32.SafeHandles;

namespace Glovebox.Blobs;

/// <summary>
/// Content-addressed bytes. A blob is there whole or not at all, is never changed, and is checked against its digest when read:
/// a flipped byte is a <see cref="CorruptBlobException"/> that names the blob, never data. All members may be called from many threads.
/// What the store's own disk refuses (full, read-only) is a refusal that names the path, the bytes needed and the mend.
/// </summary>
public interface IBlobStore
{
    /// <summary>Stores the bytes and returns their digest. Storing what is there already costs a hash and no space.</summary>
    Task<BlobId> PutAsync(Stream content, CancellationToken cancellation);

    /// <summary>Stores a few bytes at once.</summary>
    BlobId Put(ReadOnlySpan<byte> content);

    /// <summary>Stores a file's bytes, sharing extents with it where the file system can.</summary>
    /// <exception cref="Files.FileException">The file cannot be opened or read.</exception>
    BlobId PutFile(string path);

    /// <summary>
    /// Stores an open file's bytes from its start, sharing extents with it where the file system can. Of a file that changes meanwhile, what
    /// was read is stored, and the answer is true of that.
    /// </summary>
    /// <param name="path">For messages.</param>
    /// <param name="expected">What the file probably holds, when that is known: then it is only read, not written, if it does.</param>
    /// <exception cref="Files.FileException">The file cannot be read; its path is <paramref name="path"/>.</exception>
    StoredBlob PutFile(SafeFileHandle file, string path, BlobId? expected = null);

    /// <summary>Begins to store many files together.</summary>
    IBlobBatch Batch();

    bool Contains(BlobId id);

    /// <summary>
    /// A text that changes when a blob is removed: what was in the store under the same text is there still, so nobody need ask for each.
    /// Null where the store cannot tell. (A blob's file removed by hand changes nothing here; it is missed when it is read.)
    /// </summary>
    string? RemovalStamp => null;

    /// <summary>Writes the blob to a new file (which must not exist), verified. The file appears whole or not at all.</summary>
    /// <exception cref="BlobNotFoundException">No such blob.</exception>
    /// <exception cref="CorruptBlobException">Its bytes are not what the digest says.</exception>
    void CopyToFile(BlobId id, string path);

    /// <summary>Writes the blob into an empty open file, verified. When this throws, what the file holds must be thrown away.</summary>
    /// <param name="path">For messages.</param>
    /// <exception cref="BlobNotFoundException">No such blob.</exception>
    /// <exception cref="CorruptBlobException">Its bytes are not what the digest says.</exception>
    /// <exception cref="Files.FileException">The file cannot be written; its path is <paramref name="path"/>.</exception>
    void CopyTo(BlobId id, SafeFileHandle file, string path);

    /// <summary>The whole blob, verified. For small blobs (trees, records).</summary>
    byte[] Read(BlobId id);

    /// <summary>
    /// The blob's bytes from the start, and their count as <see cref="Stream.Length"/>. Not verified: who carries them elsewhere hashes them on the way.
    /// </summary>
    /// <exception cref="BlobNotFoundException">No such blob.</exception>
    Stream Open(BlobId id) => new MemoryStream(Read(id), writable: false);

    /// <summary>Reads the whole blob against its digest.</summary>
    /// <exception cref="BlobNotFoundException">No such blob.</exception>
    /// <exception cref="CorruptBlobException">Its bytes are not what the digest says.</exception>
    void Verify(BlobId id) => Read(id);

    /// <summary>The file that holds a blob, or would hold it: for messages.</summary>
    string PathOf(BlobId id);

    /// <summary>Every blob with the bytes that it takes, in no order; one that is stored twice comes twice.</summary>
    IEnumerable<(BlobId Id, long Size)> List();

    /// <summary>Files of many blobs whose list of them is damaged, so that those cannot be found: each with the digest that the list should have.</summary>
    IReadOnlyList<(string Name, string Path)> DamagedPacks() => [];

    /// <summary>Removes blobs, where they are there. Called while nobody writes to the store.</summary>
    /// <exception cref="Api.RefusalException">The disk is so full that a part cannot be freed; the rest is, and nothing else is lost.</exception>
    void Delete(IReadOnlySet<BlobId> ids, CancellationToken cancellation);
}

/// <summary>What was stored of a file.</summary>
/// <param name="Size">Bytes.</param>
public readonly record struct StoredBlob(BlobId Id, long Size);
