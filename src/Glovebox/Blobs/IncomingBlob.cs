using Glovebox.Files;
using Microsoft.Win32.SafeHandles;

namespace Glovebox.Blobs;

/// <summary>A blob on its way in: a file in <c>incoming/</c> that is gone when this is disposed before it has its place.</summary>
internal sealed class IncomingBlob : IDisposable
{
    private readonly BlobFolder _store;
    private readonly long _needed;
    private readonly SafeFileHandle _file;
    private readonly byte[] _path;
    private bool _placed;

    /// <param name="needed">Its size as far as it is known, for the message when the disk is full.</param>
    public IncomingBlob(BlobFolder store, long needed)
    {
        _store = store;
        _needed = needed;
        try
        {
            _file = store.Create(out _path);
        }
        catch (FileException failure)
        {
            throw store.Refuse(failure, needed);
        }
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            FileContent.Write(_file, bytes, PathBytes.ToText(_path));
        }
        catch (FileException failure)
        {
            throw _store.Refuse(failure, Math.Max(_needed, bytes.Length));
        }
    }

    /// <summary>Takes a whole file over.</summary>
    /// <param name="read">What was read of it already: from its start to its present offset.</param>
    public StoredBlob Take(SafeFileHandle file, string path, ReadOnlySpan<byte> read)
    {
        var own = PathBytes.ToText(_path);
        try
        {
            return FileContent.TryClone(file, _file) ? ContentCopy.Hash(_file, own) : ContentCopy.Copy(file, path, read, _file, own);
        }
        catch (FileException failure) when (failure.Path == own)
        {
            throw _store.Refuse(failure, _needed);
        }
    }

    /// <summary>Puts the file in its place, unless another writer did.</summary>
    public BlobId Finish(StoredBlob blob)
    {
        try
        {
            if (_store.Holds(blob)) return blob.Id;
            _store.Place(_path, blob.Id);
            _placed = true;
            return blob.Id;
        }
        catch (FileException failure)
        {
            throw _store.Refuse(failure, _needed);
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        if (!_placed) Folder.WholePaths.DeleteFile(_path);
    }
}
