using Glovebox.Home;
using Glovebox.Images;
using Glovebox.Images.Layers;

namespace Glovebox.Environments;

/// <summary>What of environments and images nothing needs any more.</summary>
public sealed class EnvironmentGarbage(GloveboxHome home, ImageStore images, EnvironmentStore environments)
{
    /// <summary>
    /// What would be freed. Images with a name stay, and so do environments used since <paramref name="unusedSince"/> (rebuilding them
    /// costs a minute), and everything that the given digests lead to. Locks always stay: they are small, and nothing else can bring a
    /// run's environment back.
    /// </summary>
    /// <param name="neededEnvironments">Digests of the environments of kept runs.</param>
    /// <param name="neededImages">Digests of the images of kept runs.</param>
    public GarbagePlan Plan(IReadOnlySet<string> neededEnvironments, IReadOnlySet<string> neededImages, DateTimeOffset unusedSince)
    {
        var built = environments.ListBuilt().ToList();
        var unused = built.Where(one => !neededEnvironments.Contains(one.Environment.ToString()) && one.UsedAt < unusedSince).ToList();
        var keptImages = built.Except(unused).Select(one => one.Image).Concat(
            images.ListNames().Select(named => named.Image)).Where(images.Contains).ToHashSet();
        foreach (var image in images.List().Where(image => neededImages.Contains(image.ToString()))) keptImages.Add(image);
        // An imported base may be needed by name in a lock alone: its image is the step's result.
        foreach (
            var result in built.Except(unused).Select(
                one =>
                    environments.Get(one.Environment)).OfType<Locks.EnvironmentLock>().SelectMany(one =>
                        one.Steps).Select(step => step.Result))
        {
            if (result is { } image && images.Contains(image)) keptImages.Add(image);
        }
        var keptLayers = keptImages.SelectMany(image => images.Get(image).Layers).ToHashSet();
        if (SkeletonOfHost() is { } skeleton) keptLayers.Add(skeleton);
        return new GarbagePlan(
            [.. unused.Select(one => one.Environment)], [.. images.List().Where(image => !keptImages.Contains(image))],
            [.. images.Layers.List().Where(layer => !keptLayers.Contains(layer)).Select(layer => (layer, images.Layers.SizeOf(layer)))]);
    }

    /// <summary>Frees exactly what the plan says, and what killed builds left behind.</summary>
    public void Free(GarbagePlan plan)
    {
        foreach (var environment in plan.Environments) environments.ForgetBuilt(environment);
        foreach (var image in plan.Images) images.Delete(image);
        foreach (var (layer, _) in plan.Layers) images.Layers.Delete(layer);
        environments.RemoveStaleSteps(images.Layers.Contains);
        LayerDraft.RemoveAbandoned(home);
    }

    /// <summary>Blobs that kept locks need to be built again: wheels and copied files, as hexadecimal digests.</summary>
    public IReadOnlySet<string> NeededBlobs(IReadOnlySet<string> neededEnvironments)
    {
        var kept = environments.ListBuilt().Select(one => one.Environment).Concat(
            environments.ListLocks().Where(one => neededEnvironments.Contains(one.ToString())));
        return kept.Distinct().Select(environments.Get).OfType<Locks.EnvironmentLock>().SelectMany(one => one.Steps)
            .SelectMany(step => step.Files)
            .Select(file => file.Content?.Hex).OfType<string>().ToHashSet(StringComparer.Ordinal);
    }

    private Digest? SkeletonOfHost() => new Host.HostEnvironment(environments, images.Layers, new Host.HostSystem("/")).Skeleton;
}

/// <summary>What gc would free.</summary>
/// <param name="Environments">Built environments to forget: their locks stay.</param>
/// <param name="Layers">With the bytes of their files.</param>
public sealed record GarbagePlan(
    IReadOnlyList<Digest> Environments, IReadOnlyList<Digest> Images, IReadOnlyList<(Digest Layer, long SizeBytes)> Layers)
{
    public long Bytes => Layers.Sum(layer => layer.SizeBytes);
}
