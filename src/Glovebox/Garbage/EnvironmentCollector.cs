using Glovebox.Environments;
using Glovebox.Home;
using Glovebox.Images;
using Glovebox.Images.Layers;

namespace Glovebox.Garbage;

/// <summary>Built environments that nobody used for a week, and images and layers that nothing leads to.</summary>
public sealed class EnvironmentCollector(GloveboxHome home, ImageStore images, EnvironmentStore environments, TimeProvider time) : ICollector
{
    private static readonly TimeSpan Unused = TimeSpan.FromDays(7);

    public IReadOnlyList<string> Kinds { get; } = ["environments", "images", "layers"];

    public IEnumerable<Freeable> Find(Kept kept, CancellationToken cancellation)
    {
        var plan = new EnvironmentGarbage(home, images, environments).Plan(kept.Environments, kept.Images, time.GetUtcNow() - Unused);
        return
        [
            .. plan.Environments.Select(one => new Freeable(Kinds[0], one.ToString(), 0, () => environments.ForgetBuilt(one))),
            .. plan.Images.Select(one => new Freeable(Kinds[1], one.ToString(), 0, () => images.Delete(one))),
            .. plan.Layers.Select(one => new Freeable(Kinds[2], one.Layer.ToString(), one.SizeBytes, () => Free(one.Layer))),
        ];
    }

    private void Free(Digest layer)
    {
        images.Layers.Delete(layer);
        environments.RemoveStaleSteps(images.Layers.Contains);
    }
}
