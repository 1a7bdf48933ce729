using Glovebox.Home;
using Glovebox.Runs;

namespace Glovebox.Garbage;

/// <summary>What dead processes left: unfinished things, and folders of runs that have no record.</summary>
public sealed class TemporaryCollector(GloveboxHome home) : ICollector
{
    private const string Kind = "temporary";

    public IReadOnlyList<string> Kinds => [Kind];

    public IEnumerable<Freeable> Find(Kept kept, CancellationToken cancellation)
    {
        var unfinished = Entries(home.Temporary).Select(path => new Freeable(Kind, path, DiskUse.Of(path), () => RunFolders.RemoveTree(path)));
        var strays = Entries(home.Runs)
            .Select(path => Path.GetFileName(path))
            .Where(id => !kept.Runs.Contains(id) && RunFolders.IsOwnerless(home, id))
            .Select(id => new Freeable(Kind, id, DiskUse.Of(Path.Combine(home.Runs, id)), () => RunFolders.Drop(home, id)));
        return unfinished.Concat(strays);
    }

    private static string[] Entries(string folder) => Directory.Exists(folder) ? Directory.GetFileSystemEntries(folder) : [];
}
