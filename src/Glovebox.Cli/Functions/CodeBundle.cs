using System.Formats.Tar;
using System.IO.Compression;
using Glovebox.Api;

namespace Glovebox.Cli.Functions;

/// <summary>What is sent of a path: a directory as a .tar.gz, a file as it is.</summary>
internal sealed class CodeBundle : IDisposable
{
    private static readonly string[] LeftOut = [".git", "__pycache__", "node_modules", ".venv", ".glovebox"];

    private CodeBundle(Stream content, string name) => (Content, Name) = (content, name);

    public Stream Content { get; }
    public string Name { get; }

    /// <exception cref="RefusalException">There is no such path, or it cannot be read.</exception>
    public static CodeBundle Open(string path)
    {
        try
        {
            if (File.Exists(path)) return new CodeBundle(File.OpenRead(path), Path.GetFileName(path));
            if (!Directory.Exists(path)) throw RefusalException.NotFound($"'{path}': no such file or directory");
            return new CodeBundle(Pack(path), Path.GetFileName(path.TrimEnd('/')) + ".tar.gz");
        }
        catch (UnauthorizedAccessException denied)
        {
            throw RefusalException.Bad($"'{path}' cannot be read: {denied.Message}");
        }
    }

    public void Dispose() => Content.Dispose();

    /// <summary>On disk: a model may lie beside the code. The file is nameless, and gone with this process.</summary>
    private static FileStream Pack(string directory)
    {
        var packed = new FileStream(
            Path.Combine(Path.GetTempPath(), $"glovebox-{Guid.NewGuid():N}.tar.gz"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Pax))
            Add(tar, new DirectoryInfo(directory), "");
        packed.Position = 0;
        return packed;
    }

    private static void Add(TarWriter tar, DirectoryInfo directory, string below)
    {
        foreach (var entry in directory.GetFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            if (LeftOut.Contains(entry.Name)) continue;
            tar.WriteEntry(entry.FullName, below + entry.Name);
            if (entry is DirectoryInfo { LinkTarget: null } inner) Add(tar, inner, $"{below}{entry.Name}/");
        }
    }
}
