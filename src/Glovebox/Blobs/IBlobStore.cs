namespace Glovebox.Blobs;

/// <summary>
/// Content-addressed bytes. A blob is there whole or not at all, is never changed, and is checked against its digest when read:
/// a flipped byte is a <see cref="CorruptBlobException"/> that names the blob, never data.
/// </summary>
public interface IBlobStore
{
    /// <summary>Stores the bytes and returns their digest. Storing what is there already costs a hash and no space.</summary>
    Task<BlobId> PutAsync(Stream content, CancellationToken cancellation);

    /// <summary>Stores a file's bytes, sharing extents with it where the file system can.</summary>
    BlobId PutFile(string path);

    bool Contains(BlobId id);

    /// <summary>Writes the blob to a new file (which must not exist), verified. The file appears whole or not at all.</summary>
    /// <exception cref="BlobNotFoundException">No such blob.</exception>
    /// <exception cref="CorruptBlobException">Its bytes are not what the digest says.</exception>
    void CopyToFile(BlobId id, string path);

    /// <summary>The whole blob, verified. For small blobs (trees, records).</summary>
    byte[] Read(BlobId id);

    /// <summary>Every blob with its size in bytes, in no order.</summary>
    IEnumerable<(BlobId Id, long Size)> List();

    /// <summary>Removes a blob; nothing when it is not there.</summary>
    void Delete(BlobId id);
}
