using Glovebox.Files;
using Glovebox.Home;
using Glovebox.Runs;

namespace Glovebox.Garbage;

/// <summary>What dead processes left: unfinished things, and folders of runs that have no record.</summary>
public sealed class TemporaryCollector(GloveboxHome home, TimeProvider time) : ICollector
{
    private const string Kind = "temporary";

    /// <summary>A blob that nobody wrote to for so long is nobody's.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    public IReadOnlyList<string> Kinds => [Kind];

    public IEnumerable<Freeable> Find(Kept kept, CancellationToken cancellation)
    {
        var unfinished = Entries(home.Temporary).Select(path => new Freeable(Kind, path, DiskUse.Of(path), () => FolderRemoval.Remove(path)));
        var strays = Entries(home.Runs)
            .Select(path => Path.GetFileName(path))
            .Where(id => !kept.Runs.Contains(id) && RunFolders.IsOwnerless(home, id))
            .Select(id => new Freeable(Kind, id, DiskUse.Of(Path.Combine(home.Runs, id)), () => RunFolders.Drop(home, id)));
        var before = (time.GetUtcNow() - Abandoned).UtcDateTime;
        var blobs = Entries(home.IncomingBlobs).Where(path => File.GetLastWriteTimeUtc(path) < before)
            .Select(path => new Freeable(Kind, path, DiskUse.Of(path), () => File.Delete(path)));
        return unfinished.Concat(strays).Concat(blobs);
    }

    private static string[] Entries(string folder) => Directory.Exists(folder) ? Directory.GetFileSystemEntries(folder) : [];
}
