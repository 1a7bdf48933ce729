using Glovebox.Files;
using Microsoft.Win32.SafeHandles;

namespace Glovebox.Blobs.Packs;

/// <summary>
/// A pack on its way in: a file in <c>incoming/</c> that is gone when this is disposed before it was finished. Not for several threads at once.
/// </summary>
internal sealed class PackWriter : IDisposable
{
    private const int BufferSize = 1 << 20;

    private readonly BlobFolder _store;
    private readonly SafeFileHandle _file;
    private readonly byte[] _path;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferSize);
    private readonly List<PackedBlob> _blobs = [];
    private int _filled;
    private bool _placed;

    public PackWriter(BlobFolder store)
    {
        _store = store;
        try
        {
            _file = store.Create(out _path);
        }
        catch (FileException failure)
        {
            throw store.Refuse(failure, 0);
        }
    }

    /// <summary>Bytes of blobs in it.</summary>
    public int Length { get; private set; }

    /// <param name="stored">What stands for the blob: at most a block.</param>
    /// <param name="size">The blob's own size.</param>
    /// <param name="check">As <see cref="PackedBlob.Check"/>.</param>
    public void Add(BlobId id, ReadOnlySpan<byte> stored, int size, uint check)
    {
        if (_filled + stored.Length > _buffer.Length) Write(TakeBuffer());
        stored.CopyTo(_buffer.AsSpan(_filled));
        _filled += stored.Length;
        _blobs.Add(new PackedBlob(id, Length, check, stored.Length, size));
        Length += stored.Length;
    }

    /// <summary>Writes the index, waits until all is on the disk, for a power failure must not cost many files, and puts it into its place.</summary>
    public void Finish()
    {
        Write(TakeBuffer());
        Write(PackIndex.Write(_blobs, out var name));
        try
        {
            FileContent.Flush(_file, PathBytes.ToText(_path));
            _store.PlacePack(_path, name);
            _placed = true;
        }
        catch (FileException failure)
        {
            throw _store.Refuse(failure, Length);
        }
    }

    private ReadOnlySpan<byte> TakeBuffer()
    {
        var filled = _buffer.AsSpan(0, _filled);
        _filled = 0;
        return filled;
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            FileContent.Write(_file, bytes, PathBytes.ToText(_path));
        }
        catch (FileException failure)
        {
            throw _store.Refuse(failure, Math.Max(Length, bytes.Length));
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        if (!_placed) Folder.WholePaths.DeleteFile(_path);
    }
}
