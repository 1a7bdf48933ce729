using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Api.Execution;
using Glovebox.Environments;
using Glovebox.Execution;
using Glovebox.Jobs.Placement;
using Glovebox.Jobs.Stores;

namespace Glovebox.Jobs.Nodes;

/// <summary>An execution's box, ready to start.</summary>
/// <param name="Image">What the record says that it runs in; null without isolation.</param>
internal sealed record JobBox(ExecutionRequest Request, string? Image)
{
    /// <summary>Lays out the folder and gets the environment ready.</summary>
    /// <param name="store">Whose execution it is.</param>
    /// <param name="progress">Told when an environment is being built.</param>
    /// <exception cref="RefusalException">The job asks for what is not there or not allowed.</exception>
    public static Task<JobBox> MakeAsync(
        ClaimedExecution claimed, Place place, ExecutionFolder folder, string store, NodeParts parts, NodeSettings settings,
        IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        var capabilities = place.Backend.Capabilities;
        folder.Create(store, overlay: capabilities.Isolation && !capabilities.Images);
        return capabilities.Images ? Task.FromResult(Named(claimed, place, folder, settings))
            : capabilities.Isolation ? IsolatedAsync(claimed, place, folder, parts, settings, progress, cancellation)
            : Task.FromResult(Bare(claimed, place, folder, settings));
    }

    private static async Task<JobBox> IsolatedAsync(
        ClaimedExecution claimed, Place place, ExecutionFolder folder, NodeParts parts, NodeSettings settings,
        IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        var spec = claimed.Spec;
        var environment = await parts.Environments.PrepareAsync(settings.Project, spec.Environment ?? spec.Image, progress, cancellation)
            .ConfigureAwait(false);
        folder.WriteNeeds(environment.Digest, environment.ImageDigest);
        var user = environment.User ?? BoxUser.Root;
        InputFiles.Write(folder.Work, spec.Files, user);
        var target = spec.WorkingDirectory ?? environment.WorkingDirectory;
        var request = Common(claimed, place, folder, settings, environment.Variables, target) with
        {
            Root = new RootFileSystem(environment.Layers, folder.Upper, folder.OverlayWork),
            Mounts =
            [
                .. environment.Mounts, new BindMount(folder.Work, target, ReadOnly: false),
                .. JobVolumes.Mounts(spec.Volumes, settings.Volumes, here: true),
            ],
            User = user,
            CountedDirectories = [folder.Upper, folder.Work],
        };
        return new JobBox(request, environment.ImageDigest);
    }

    private static JobBox Named(ClaimedExecution claimed, Place place, ExecutionFolder folder, NodeSettings settings)
    {
        var spec = claimed.Spec;
        if (spec.Files.Count + spec.Outputs.Count > 0)
            throw RefusalException.Bad($"files and outputs need a box on this machine, and '{spec.Image}' runs on {place.Resource}: leave them out");
        var image = new NamedImage(spec.Image!, spec.Pull, spec.ExtraHosts);
        var none = new Dictionary<string, string>();
        return new JobBox(
            Common(claimed, place, folder, settings, none, spec.WorkingDirectory ?? "") with
            {
                Image = image,
                User = BoxUser.OfImage,
                Mounts = [.. JobVolumes.Mounts(spec.Volumes, settings.Volumes, here: false)],
            },
            spec.Image);
    }

    private static JobBox Bare(ClaimedExecution claimed, Place place, ExecutionFolder folder, NodeSettings settings)
    {
        var spec = claimed.Spec;
        if ((spec.Environment ?? spec.Image) is { } name && name != "host")
            throw RefusalException.Bad($"this server runs plain commands of its machine and has no environment '{name}': use 'host'");
        if (spec.Volumes.Count > 0) throw RefusalException.Bad("this server runs plain commands of its machine and mounts no volumes");
        InputFiles.Write(folder.Work, spec.Files, BoxUser.Root);
        return new JobBox(Common(claimed, place, folder, settings, HostVariables.Read(), spec.WorkingDirectory ?? folder.Work), null);
    }

    private static ExecutionRequest Common(
        ClaimedExecution claimed, Place place, ExecutionFolder folder, NodeSettings settings, IReadOnlyDictionary<string, string> surrounding,
        string workingDirectory)
    {
        var limits = claimed.Spec.Limits;
        return new ExecutionRequest
        {
            Id = "job-" + claimed.Execution.Id,
            StateDirectory = folder.Box,
            Command = JobVariables.Command(claimed),
            Environment = JobVariables.Of(claimed, surrounding),
            WorkingDirectory = workingDirectory,
            Limits = Limits.Of(limits with { MemoryBytes = claimed.Execution.MemoryBytes ?? limits.MemoryBytes }),
            Network = claimed.Spec.Network,
            Grace = TimeSpan.FromSeconds(claimed.Spec.GraceSeconds),
            Streams = new ExecutionStreams(folder.Log, LogLimitBytes: settings.LogLimitBytes),
            Detached = place.Backend.Capabilities.Adoption,
        };
    }
}
