using Glovebox.Experiments.Sweeps;
using Glovebox.Home;

namespace Glovebox.Garbage;

/// <summary>Plans of sweeps whose runs are all forgotten. A sweep that has no run yet holds gc off.</summary>
public sealed class SweepCollector(GloveboxHome home) : ICollector
{
    private const string Kind = "sweeps";

    public IReadOnlyList<string> Kinds => [Kind];

    public IEnumerable<Freeable> Find(Kept kept, CancellationToken cancellation) =>
    [
        .. SweepPlan.Ids(home).Where(id => !kept.Sweeps.Contains(id)).Select(id => SweepPlan.FileOf(home, id))
            .Select(path => new Freeable(Kind, path, DiskUse.Of(path), () => File.Delete(path))),
    ];
}
