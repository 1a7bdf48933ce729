using System.Security.Cryptography;
using Glovebox.Blobs;
using Glovebox.Files;
using Glovebox.Snapshots.Manifests;

namespace Glovebox.Snapshots.Capturing;

/// <summary>Takes a directory into the store as a tree, and remembers its files' states for the next time.</summary>
internal static class TreeCapture
{
    /// <param name="cacheFile">The file of this root's stat cache.</param>
    /// <param name="home">The state of our own folder, which is never part of a tree; null when there is none.</param>
    /// <param name="all">True to ask no ignore file.</param>
    public static Tree Run(
        string root, IBlobStore blobs, string cacheFile, FileState? home, DateTimeOffset began, bool all, CancellationToken cancellation)
    {
        using var folder = Open(root);
        var cache = StatCache.Load(cacheFile);
        using var batch = blobs.Batch();
        var stamp = blobs.RemovalStamp;
        var nothingRemoved = cache.IsOf(stamp);
        var goal = new CaptureGoal(batch.PutFile, nothingRemoved ? static _ => true : blobs.Contains);
        var walk = new CaptureWalk(folder, goal, cache, new CaptureClock(began), home, all);
        var top = walk.Run(cancellation);
        batch.Finish();
        var entries = EntriesOf(top);
        var tree = new Tree(blobs.Put(Manifest.Write(entries)), entries);
        if (walk.HasNews || !nothingRemoved) Remember(cacheFile, top, _ => true, stamp);
        return tree;
    }

    /// <summary>
    /// What the tree of a directory would be, with nothing stored. The states of what was read are kept in a cache of their own, for the other
    /// one promises that its content is in the store.
    /// </summary>
    public static Tree Look(string root, string cacheFile, FileState? home, DateTimeOffset began, CancellationToken cancellation)
    {
        using var folder = Open(root);
        var stored = StatCache.Load(cacheFile);
        var cache = StatCache.Load(SeenOf(cacheFile), stored);
        var goal = new CaptureGoal(ContentCopy.Hash, static _ => true);
        var walk = new CaptureWalk(folder, goal, cache, new CaptureClock(began), home, everything: false);
        var top = walk.Run(cancellation);
        var entries = EntriesOf(top);
        if (walk.HasNews) Remember(SeenOf(cacheFile), top, item => stored.Find(item.Remembered, item.State) is null, null);
        return new Tree(BlobId.Of(SHA256.HashData(Manifest.Write(entries))), entries);
    }

    /// <summary>The cache of what was only looked at.</summary>
    public static string SeenOf(string cacheFile) => cacheFile + "-seen";

    private static List<TreeEntry> EntriesOf(CapturedFolder top)
    {
        var entries = new List<TreeEntry>();
        CapturedOrder.Collect(top, item => entries.Add(item.Entry!));
        return entries;
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

    private static void Remember(string cacheFile, CapturedFolder top, Func<CapturedItem, bool> chosen, string? stamp)
    {
        var files = new List<CachedFile>();
        CapturedOrder.Collect(top, item =>
        {
            if (item.Remembered != 0 && chosen(item)) files.Add(new CachedFile(item.Remembered, item.State, item.Entry!.Blob!.Value));
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
