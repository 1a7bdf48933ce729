using Glovebox.Blobs;
using Glovebox.Files;
using Glovebox.Home;
using Glovebox.Snapshots.Capturing;

namespace Glovebox.Snapshots.Checkouts;

/// <summary>What is on disk at certain paths, ignored or not. Stores nothing.</summary>
internal sealed class DiskLook(GloveboxHome home)
{
    public static readonly IReadOnlySet<string> Nothing = new HashSet<string>();

    /// <param name="root">A directory, there or not.</param>
    /// <param name="wanted">The entries whose paths are looked at.</param>
    /// <param name="known">Paths that are known already, and not looked at.</param>
    /// <returns>An entry for each of the paths that is there; sockets and the like are passed over.</returns>
    /// <exception cref="UnreadableTreeException">Something is there that cannot be read.</exception>
    public List<TreeEntry> Present(string root, IEnumerable<TreeEntry> wanted, IReadOnlySet<string> known, CancellationToken cancellation)
    {
        var present = new List<TreeEntry>();
        if (!Directory.Exists(root)) return present;
        var file = StatCache.FileOf(home.Cache, root);
        var cache = StatCache.Load(TreeCapture.SeenOf(file), StatCache.Load(file));
        using var top = Folder.Open(root);
        Folder? parent = null;
        byte[]? parentPath = null;
        try
        {
            foreach (var path in wanted.Select(entry => entry.Path).Where(path => !known.Contains(path)))
            {
                cancellation.ThrowIfCancellationRequested();
                var bytes = PathBytes.FromText(path);
                var name = Name.Split(bytes, out var above).ToArray();
                if (parentPath is null || !above.SequenceEqual(parentPath))
                {
                    parent?.Dispose();
                    parentPath = above.ToArray();
                    parent = top.TryOpenFolder(above, out _);
                }

                if (parent is not null && Look(parent, name, path, cache) is { } entry) present.Add(entry);
            }
        }
        finally
        {
            parent?.Dispose();
        }

        return present;
    }

    private static TreeEntry? Look(Folder parent, byte[] name, string path, StatCache cache)
    {
        if (!parent.TryStat(name, out var state, out _)) return null;
        return state.Kind switch
        {
            FileKind.Folder => new TreeEntry(path, TreeEntryKind.Directory, state.Permissions & TreeModes.Folder, 0, null, null),
            FileKind.Link => new TreeEntry(path, TreeEntryKind.Symlink, TreeModes.Link, 0, null, PathBytes.ToText(parent.ReadLink(name))),
            FileKind.File => new TreeEntry(
                path, TreeEntryKind.File, state.Permissions & TreeModes.File, state.Size, Content(parent, name, path, state, cache), null),
            _ => null,
        };
    }

    private static BlobId Content(Folder parent, byte[] name, string path, FileState state, StatCache cache)
    {
        if (cache.Find(StatCache.HashPath(PathBytes.FromText(path)), state) is { } known) return known;
        using var file = parent.TryOpenFile(name, out var errno)
            ?? throw new UnreadableTreeException(parent.PathOf(name), FileException.ReasonOf(errno));
        return ContentCopy.Hash(file, parent.PathOf(name)).Id;
    }
}
