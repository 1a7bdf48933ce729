using Microsoft.Win32.SafeHandles;

namespace Glovebox.Blobs;

/// <summary>
/// Many files that are stored together: what is small goes into few large files. May be used by many threads. Nothing that was given to it can
/// be counted on before <see cref="Finish"/> has returned; disposed without that, it leaves nothing.
/// </summary>
public interface IBlobBatch : IDisposable
{
    /// <inheritdoc cref="IBlobStore.PutFile(SafeFileHandle, string, BlobId?)"/>
    StoredBlob PutFile(SafeFileHandle file, string path);

    /// <summary>Has all of it in the store.</summary>
    void Finish();
}
