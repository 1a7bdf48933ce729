using Glovebox.Files;
using Glovebox.Home;
using Glovebox.Runs.Tracking;

namespace Glovebox.Garbage;

/// <summary>The programs that earlier versions gave to their boxes, once no box is left that could be one of theirs.</summary>
public sealed class BoxToolCollector(GloveboxHome home) : ICollector
{
    private const string Kind = "tools";

    public IReadOnlyList<string> Kinds => [Kind];

    public IEnumerable<Freeable> Find(Kept kept, CancellationToken cancellation)
    {
        if (kept.OpenRuns.Count > 0 || !Directory.Exists(home.BoxTools)) return [];
        var own = BoxTools.Name;
        return [.. Directory.EnumerateDirectories(home.BoxTools).Where(path => Path.GetFileName(path) != own)
            .Select(path => new Freeable(Kind, path, DiskUse.Of(path), () => FolderRemoval.Remove(path)))];
    }
}
