using Glovebox.Spelling;
using Glovebox.Api;
using Glovebox.Environments.Locks;
using Glovebox.Images;
using Glovebox.Projects;

namespace Glovebox.Environments.Building;

/// <summary>An image that was imported, as a base: its layers as they are.</summary>
public sealed class ImageBase(ImageStore images) : IStepMaker
{
    public const string KindName = "image";

    public string Kind => KindName;

    public Task<IReadOnlyList<LockedStep>> ResolveAsync(StepResolution resolution, CancellationToken cancellation)
    {
        if (resolution.Spec.Base.Kind != BaseKind.Image) return Task.FromResult<IReadOnlyList<LockedStep>>([]);
        var name = resolution.Spec.Base.Value;
        var image = images.Find(name) ?? throw RefusalException.NotFound(
            $"no image '{name}'.{NearNames.Question(name, images.ListNames().Select(named => named.Name))} Import it: glovebox image "
            + $"import FILE --name {name}");
        return Task.FromResult<IReadOnlyList<LockedStep>>([new LockedStep { Kind = Kind, Arguments = [name], Result = image }]);
    }

    public Task<IReadOnlyList<Digest>> BuildAsync(LockedStep step, StepBuild build, CancellationToken cancellation)
    {
        var image = step.Result!.Value;
        if (!images.Contains(image))
            throw RefusalException.NotFound(
                $"image {step.Arguments[0]} ({image}) is not in this home: import it (glovebox image import FILE --name "
                + $"{step.Arguments[0]})");
        var config = images.Get(image);
        foreach (var layer in config.Layers.Where(layer => !images.Layers.Contains(layer)))
            throw images.Layers.Corrupt(layer, $"it is missing, and image {step.Arguments[0]} needs it");
        return Task.FromResult(config.Layers);
    }
}
