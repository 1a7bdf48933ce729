using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Distributions.Programs;
using Glovebox.Environments.Building;
using Glovebox.Environments.Locks;
using Glovebox.Home;
using Glovebox.Images;
using Glovebox.Images.Archives;
using Glovebox.Images.Layers;
using Glovebox.Projects;

namespace Glovebox.Distributions.Containers;

/// <summary>
/// Base <c>dockerfile:PATH</c>: built by buildah, else by docker, and imported. What another tool builds is not reproducible: the lock
/// names the image that came out, and only a home that has it can build on it.
/// </summary>
internal sealed class DockerfileBase(ImageStore images, GloveboxHome home, TimeProvider time) : IStepMaker
{
    public string Kind => "dockerfile";

    public async Task<IReadOnlyList<LockedStep>> ResolveAsync(StepResolution resolution, CancellationToken cancellation)
    {
        if (resolution.Spec.Base.Kind != BaseKind.Dockerfile) return [];
        var path = resolution.Spec.Base.Value;
        using var draft = images.Layers.NewDraft();
        var archive = Path.Combine(draft.Path, "image.tar");
        await BuildAsync(
            Path.Combine(resolution.Project.Root, path), resolution.Project.Root, archive, draft, resolution.Progress, cancellation);
        var image = await Task.Run(
            () => new ImageImport(home, images, time).Import(archive, resolution.Progress, cancellation), cancellation);
        return [new LockedStep { Kind = Kind, Arguments = [path], Result = image }];
    }

    public Task<IReadOnlyList<Digest>> BuildAsync(LockedStep step, StepBuild build, CancellationToken cancellation)
    {
        var image = step.Result!.Value;
        if (images.Contains(image) && images.Get(image).Layers is var layers && layers.All(images.Layers.Contains))
            return Task.FromResult(layers);
        throw RefusalException.Conflict(
            $"the image that {step.Arguments[0]} was built into ({image}) is not in this home, and building it again gives another one. "
            + "Import an archive of it (glovebox image import), or resolve the environment anew (glovebox env lock)");
    }

    private static async Task BuildAsync(
        string file, string context, string archive, LayerDraft draft, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        var title = $"building {Path.GetFileName(file)}";
        void Report(string line) => progress.Report(new BuildProgress($"{title}: {line}"));
        var identity = Path.Combine(draft.Path, "image-id");
        progress.Report(new BuildProgress(title));
        var isBuildah = HostProgram.Find("buildah") is not null;
        if (!isBuildah && HostProgram.Find("docker") is null)
            throw RefusalException.Unable(
                $"base dockerfile: needs 'buildah' (or docker) to build {file}. Install it (Debian and Ubuntu: apt-get install buildah)");
        var built = isBuildah
            ? await HostProgram.RunAsync("buildah", ["build", "--iidfile", identity, "--file", file, context], cancellation, line: Report)
            : await HostProgram.RunAsync("docker", ["build", "--iidfile", identity, "--file", file, context], cancellation, line: Report);
        if (built.ExitCode != 0) throw RefusalException.Bad($"{title} failed:{built.Tail()}");
        var id = (await File.ReadAllTextAsync(identity, cancellation)).Trim();
        var saved = isBuildah
            ? await HostProgram.RunAsync(
                "buildah", ["push", "--disable-compression", id, "oci-archive:" + archive], cancellation, line: Report)
            : await HostProgram.RunAsync("docker", ["save", "--output", archive, id], cancellation, line: Report);
        // The image is ours now; the tool's own copy would never be removed.
        await HostProgram.RunAsync(isBuildah ? "buildah" : "docker", ["rmi", id], cancellation);
        if (saved.ExitCode != 0) throw RefusalException.Unable($"{title}: the image could not be written out:{saved.Tail()}");
    }
}
