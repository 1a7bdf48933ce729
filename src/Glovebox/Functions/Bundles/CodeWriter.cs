using Glovebox.Files;
using Glovebox.Images.Archives;

namespace Glovebox.Functions.Bundles;

/// <summary>
/// Writes the entries of an archive below a folder. Nothing is written through a link, and no link leads out of the folder: relative ones that
/// climb and absolute ones are refused, and so is anything that is neither file, directory nor link.
/// </summary>
internal sealed class CodeWriter(string folder, BundleLimits limits) : IDisposable
{
    private const int NewFolder = 0x1ED, ForAll = 0x1A4, Program = 0x1ED;

    private readonly Folder _root = Folder.Open(folder);
    private readonly byte[] _buffer = new byte[64 * 1024];

    public void Directory(string path)
    {
        limits.Entry();
        if (ArchivePath.Normalize(path) is { Length: > 0 } whole) OpenOrMake(whole, path).Dispose();
    }

    /// <param name="read">As <see cref="Stream.Read(Span{byte})"/>.</param>
    public void File(string path, bool executable, Func<byte[], int> read)
    {
        limits.Entry();
        var (parent, name) = Place(path);
        using var _ = parent;
        if (parent.Stat(name) is not null) throw new HostileArchiveException($"'{path}' is in it twice");
        using var file = parent.CreateFile(name, Program);
        int count;
        while ((count = read(_buffer)) > 0)
        {
            limits.Spend(count);
            FileContent.Write(file, _buffer.AsSpan(0, count), path);
        }

        FileContent.ChangeMode(file, executable ? Program : ForAll, path);
    }

    public void Link(string path, string target)
    {
        limits.Entry();
        if (target.Length == 0 || target.StartsWith('/')) throw new HostileArchiveException($"the link '{path}' -> '{target}' leaves the bundle");
        var (parent, name) = Place(path);
        using var _ = parent;
        ArchivePath.CheckLink(ArchivePath.Normalize(path), target);
        if (parent.Stat(name) is not null) throw new HostileArchiveException($"'{path}' is in it twice");
        parent.MakeLink(name, PathBytes.FromText(target));
    }

    public void Dispose() => _root.Dispose();

    private (Folder Parent, byte[] Name) Place(string path)
    {
        // A lone '..' passes where only its slashes are looked at.
        var whole = ArchivePath.Normalize(path);
        if (whole.Length == 0 || whole.Split('/').Contains("..") || whole.Contains('\\')) throw new HostileArchiveException($"'{path}' is no path below the bundle's root");
        var slash = whole.LastIndexOf('/');
        return (OpenOrMake(slash < 0 ? "" : whole[..slash], path), PathBytes.FromText(whole[(slash + 1)..]));
    }

    private Folder OpenOrMake(string relative, string path)
    {
        var at = _root.OpenFolder([]);
        foreach (var part in relative.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = PathBytes.FromText(part);
            using var above = at;
            if (part == "..") throw new HostileArchiveException($"'{path}' leaves the bundle with '..'");
            above.MakeFolder(name, NewFolder);
            at = above.TryOpenFolder(name, out var _) ?? throw new HostileArchiveException($"'{path}' would be written through a link or a file");
        }

        return at;
    }
}
