namespace Glovebox.Blobs;

/// <summary>A blob that something points to is not in the store.</summary>
public sealed class BlobNotFoundException(BlobId id)
    : IOException($"blob {id} is not in the store: it was removed by hand, or the store is not the one the record was made in")
{
    public BlobId Id { get; } = id;
}

/// <summary>A blob's bytes are not what its name says.</summary>
public sealed class CorruptBlobException(BlobId id, string path)
    : IOException($"blob {id} is damaged: the bytes of {path} have another digest. Restore that file from a backup, or remove it")
{
    public BlobId Id { get; } = id;

    /// <summary>The file: the blob's own, or the pack it is in.</summary>
    public string Path { get; } = path;
}
