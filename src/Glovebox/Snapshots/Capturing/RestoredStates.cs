using Glovebox.Blobs;
using Glovebox.Files;

namespace Glovebox.Snapshots.Capturing;

/// <summary>Remembers the states of files that were just written from the store, so that nothing reads them again to learn what they hold.</summary>
internal static class RestoredStates
{
    private const long KernelTick = 20_000_000;

    /// <param name="readyAt">
    /// When the last of them was written: nanoseconds since 1970. A file that was modified later may hold something else by now.
    /// </param>
    public static void Remember(Tree tree, string root, string cacheFile, string? stamp, long readyAt, DateTimeOffset now)
    {
        using var top = Folder.Open(root);
        var old = StatCache.Load(cacheFile);
        var clock = new CaptureClock(now);
        var files = new List<CachedFile>();
        Folder? parent = null;
        byte[]? parentPath = null;
        foreach (var entry in tree.Entries)
        {
            if (entry.Blob is not { } blob) continue;
            var path = PathBytes.FromText(entry.Path);
            var name = Name.Split(path, out var above).ToArray();
            if (parentPath is null || !above.SequenceEqual(parentPath))
            {
                parent?.Dispose();
                parentPath = above.ToArray();
                parent = top.TryOpenFolder(above, out _);
            }

            if (parent is null || !parent.TryStat(name, out var state, out _) || state.Kind != FileKind.File || state.Size != entry.Size) continue;
            var hash = StatCache.HashPath(path);
            var known = old.Find(hash, state);
            var isOurs = known is null && state.Modified < readyAt - KernelTick && clock.IsSettled(state);
            if (known == blob || isOurs) files.Add(new CachedFile(hash, state, blob));
        }

        parent?.Dispose();
        StatCache.Save(cacheFile, files, stamp);
    }
}
