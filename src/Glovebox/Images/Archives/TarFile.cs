using System.IO.Compression;
using Glovebox.Images.Tar;

namespace Glovebox.Images.Archives;

/// <summary>A tar on disk whose files can be read in any order. It is gone through once at the start, so a broken one is found
/// first.</summary>
internal sealed class TarFile : IDisposable
{
    private readonly FileStream _file;
    private readonly Dictionary<string, (TarEntry Entry, long At)> _entries = [];

    /// <exception cref="TarException">It is not a whole tar.</exception>
    public TarFile(string path, CancellationToken cancellation)
    {
        _file = File.OpenRead(path);
        try
        {
            ReadEntries(cancellation);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    private void ReadEntries(CancellationToken cancellation)
    {
        var reader = new TarReader(_file);
        while (reader.Next() is { } entry)
        {
            cancellation.ThrowIfCancellationRequested();
            Count++;
            // Names that would leave the root are judged where they would be written.
            _entries[entry.Path.StartsWith("./", StringComparison.Ordinal) ? entry.Path[2..] : entry.Path] = (entry, reader.Position);
        }
    }

    public int Count { get; private set; }

    public bool Has(string name) => Find(name) is not null;

    /// <summary>The bytes of a file in the archive; links between its files are followed.</summary>
    public Stream? Open(string name) => Find(name) is { } found ? new PartStream(_file, found.At, found.Entry.Size) : null;

    /// <summary>All bytes of the archive, from the start.</summary>
    public Stream OpenWhole() => new PartStream(_file, 0, _file.Length);

    private (TarEntry Entry, long At)? Find(string name)
    {
        for (var hops = 0; hops < 8; hops++)
        {
            if (!_entries.TryGetValue(name, out var found)) return null;
            switch (found.Entry.Kind)
            {
                case TarKind.File: return found;
                // docker save of old shares equal layers by links: ID/layer.tar -> ../OTHER/layer.tar.
                case TarKind.Symlink: name = Path.GetRelativePath(
                    "/", Path.Combine("/", Path.GetDirectoryName(name) ?? "", found.Entry.Target)); break;
                case TarKind.HardLink: name = found.Entry.Target; break;
                default: return null;
            }
        }
        return null;
    }

    public void Dispose() => _file.Dispose();

    /// <summary>The stream, unpacked when it is gzip.</summary>
    /// <param name="seekable">At its start.</param>
    public static Stream Unpacked(Stream seekable)
    {
        Span<byte> magic = stackalloc byte[4];
        var read = seekable.ReadAtLeast(magic, 4, throwOnEndOfStream: false);
        seekable.Position = 0;
        if (read == 4 && magic.SequenceEqual((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]))
            throw new TarException("it is compressed with zstd, which is not read: write it with gzip or uncompressed");
        if (read == 4 && magic.StartsWith("BZh"u8))
            throw new TarException("it is compressed with bzip2, which is not read: write it with gzip or uncompressed");
        if (read == 4 && magic.SequenceEqual((ReadOnlySpan<byte>)[0xFD, 0x37, 0x7A, 0x58]))
            throw new TarException("it is compressed with xz, which is not read: write it with gzip or uncompressed");
        return read >= 2 && magic[0] == 0x1F && magic[1] == 0x8B ? new GZipStream(seekable, CompressionMode.Decompress) : seekable;
    }
}
