using System.IO.Compression;
using Glovebox.Api;
using Glovebox.Images.Archives;
using Glovebox.Images.Tar;

namespace Glovebox.Functions.Bundles;

/// <summary>Reads what was sent as a bundle: by its first bytes, a zip, a tar, a tar in gzip, or else one file of code.</summary>
internal static class Unpacking
{
    private const int TarMagicAt = 257, SymbolicLink = 0xA, Directory = 0x4, RegularFile = 0x8;

    /// <param name="packed">On disk, at its start.</param>
    /// <param name="file">Its name, which a single file keeps.</param>
    /// <exception cref="RefusalException">It is broken, hostile or too large.</exception>
    public static void Unpack(FileStream packed, string file, string folder, CancellationToken cancellation)
    {
        var limits = new BundleLimits(file, packed.Length);
        using var writer = new CodeWriter(folder, limits);
        try
        {
            Span<byte> head = stackalloc byte[TarMagicAt + 5];
            var read = packed.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            packed.Position = 0;
            head = head[..read];
            if (head.StartsWith("PK\x03\x04"u8) || head.StartsWith("PK\x05\x06"u8)) Zip(packed, writer, cancellation);
            else if (head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B])) Tar(new GZipStream(packed, CompressionMode.Decompress), writer, cancellation);
            else if (read > TarMagicAt + 4 && head[TarMagicAt..].SequenceEqual("ustar"u8)) Tar(packed, writer, cancellation);
            else Single(packed, file, head.StartsWith("#!"u8), writer);
        }
        catch (Exception broken) when (broken is HostileArchiveException or TarException or InvalidDataException or EndOfStreamException)
        {
            throw RefusalException.Bad($"{file}: refused whole: {broken.Message}");
        }
    }

    private static void Tar(Stream tar, CodeWriter writer, CancellationToken cancellation)
    {
        var reader = new TarReader(tar);
        while (reader.Next() is { } entry)
        {
            cancellation.ThrowIfCancellationRequested();
            switch (entry.Kind)
            {
                case TarKind.Directory: writer.Directory(entry.Path); break;
                case TarKind.File: writer.File(entry.Path, (entry.Mode & 0x40) != 0, buffer => reader.Read(buffer)); break;
                case TarKind.Symlink: writer.Link(entry.Path, entry.Target); break;
                default: throw new HostileArchiveException($"'{entry.Path}' is a {entry.Kind}: code is files, directories and links");
            }
        }
    }

    private static void Zip(Stream zip, CodeWriter writer, CancellationToken cancellation)
    {
        using var archive = new ZipArchive(zip, ZipArchiveMode.Read);
        foreach (var entry in archive.Entries)
        {
            cancellation.ThrowIfCancellationRequested();
            // APPNOTE 4.4.15: written on Unix, the upper half holds the file's mode.
            var mode = entry.ExternalAttributes >> 16;
            var kind = (mode >> 12) & 0xF;
            using var content = entry.Open();
            if (entry.FullName.EndsWith('/') || kind == Directory) writer.Directory(entry.FullName);
            else if (kind == SymbolicLink) writer.Link(entry.FullName, Target(content));
            else if (kind is 0 or RegularFile) writer.File(entry.FullName, (mode & 0x40) != 0, buffer => content.Read(buffer));
            else throw new HostileArchiveException($"'{entry.FullName}' is no file, directory or link");
        }
    }

    private static string Target(Stream content)
    {
        Span<byte> target = stackalloc byte[4096];
        var length = content.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
        return Files.PathBytes.ToText(target[..length].ToArray());
    }

    private static void Single(Stream content, string file, bool isScript, CodeWriter writer)
    {
        var name = Path.GetFileName(file);
        if (name.Length == 0 || name is "." or "..") throw RefusalException.Bad($"'{file}' is no name for a file of code: give one such as handler.py");
        Span<byte> magic = stackalloc byte[4];
        var length = content.ReadAtLeast(magic, 4, throwOnEndOfStream: false);
        content.Position = 0;
        var isProgram = isScript || (length == 4 && magic.SequenceEqual("\x7f"u8 + "ELF"u8));
        writer.File(name, isProgram, buffer => content.Read(buffer));
    }
}
