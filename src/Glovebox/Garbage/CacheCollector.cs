using Glovebox.Home;

namespace Glovebox.Garbage;

/// <summary>Downloads and other things that can be had again, not used for a week.</summary>
public sealed class CacheCollector(GloveboxHome home, TimeProvider time) : ICollector
{
    private const string Kind = "cache";
    private static readonly TimeSpan Unused = TimeSpan.FromDays(7);

    public IReadOnlyList<string> Kinds => [Kind];

    public IEnumerable<Freeable> Find(Kept kept, CancellationToken cancellation)
    {
        if (!Directory.Exists(home.Cache)) return [];
        var before = (time.GetUtcNow() - Unused).UtcDateTime;
        return new DirectoryInfo(home.Cache).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(f => f.LastAccessTimeUtc < before && f.LastWriteTimeUtc < before)
            .Select(f => new Freeable(Kind, f.FullName, f.Length, f.Delete));
    }
}
