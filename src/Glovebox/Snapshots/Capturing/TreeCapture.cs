using Glovebox.Blobs;
using Glovebox.Files;
using Glovebox.Snapshots.Manifests;

namespace Glovebox.Snapshots.Capturing;

/// <summary>Takes a directory into the store as a tree, and remembers its files' states for the next time.</summary>
internal static class TreeCapture
{
    /// <param name="cacheFile">The file of this root's stat cache.</param>
    /// <param name="home">The state of our own folder, which is never part of a tree; null when there is none.</param>
    public static Tree Run(
        string root, IBlobStore blobs, string cacheFile, FileState? home, DateTimeOffset began, CancellationToken cancellation)
    {
        using var folder = Open(root);
        var cache = StatCache.Load(cacheFile);
        var stamp = blobs.RemovalStamp;
        var walk = new CaptureWalk(folder, blobs, cache, cache.IsOf(stamp), new CaptureClock(began), home);
        var top = walk.Run(cancellation);
        var entries = new List<TreeEntry>();
        CapturedOrder.Collect(top, item => entries.Add(item.Entry!));
        var tree = new Tree(blobs.Put(Manifest.Write(entries)), entries);
        if (walk.HasNews) Remember(cacheFile, top, stamp);
        return tree;
    }

    private static Folder Open(string root)
    {
        try
        {
            return Folder.Open(root);
        }
        catch (FileException failure)
        {
            throw new UnreadableTreeException(root, failure.Reason);
        }
    }

    private static void Remember(string cacheFile, CapturedFolder top, string? stamp)
    {
        var files = new List<CachedFile>();
        CapturedOrder.Collect(top, item =>
        {
            if (item.Remembered != 0) files.Add(new CachedFile(item.Remembered, item.State, item.Entry!.Blob!.Value));
        });
        try
        {
            StatCache.Save(cacheFile, files, stamp);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The capture is whole; the next one only reads more.
        }
    }
}
