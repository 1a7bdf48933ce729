using Glovebox.Blobs;
using Glovebox.Distributions.Containers;
using Glovebox.Distributions.Debian;
using Glovebox.Distributions.Npm;
using Glovebox.Distributions.Python;
using Glovebox.Environments;
using Glovebox.Environments.Building;
using Glovebox.Execution;
using Glovebox.Home;
using Glovebox.Images;

namespace Glovebox.Distributions;

/// <summary>All kinds of build steps, in the order of building.</summary>
public static class StepMakers
{
    /// <param name="backend">Where build steps run; one with isolation and overlays.</param>
    /// <param name="settings">The variables that tools' own settings are read from: this process's, but for tests.</param>
    public static IReadOnlyList<IStepMaker> All(
        GloveboxHome home, IBackend backend, IBlobStore blobs, ImageStore images, EnvironmentStore environments, TimeProvider time,
            HostSettings? settings = null)
    {
        var box = new BuildBox(backend, home, images.Layers, time);
        var debs = new DebCache(home);
        var debian = new DebianBase(home, images.Layers, environments, debs, time);
        var known = new Lazy<HostSettings>(() => settings ?? HostSettings.OfThisProcess());
        return
        [
            debian,
            new ImageBase(images),
            new DockerfileBase(images, home, time),
            new AptPackages(debian, debs, box, images.Layers),
            new PipPackages(home, box, blobs, images.Layers, known),
            new NpmPackages(home, box, blobs, images.Layers, known),
            new FilesStep(blobs, images.Layers),
            new RunStep(box, images.Layers),
        ];
    }
}
