using System.Globalization;
using Glovebox.Api.Execution;
using Glovebox.Backends.Docker.Engine;
using Glovebox.Execution;

namespace Glovebox.Backends.Docker.Boxes;

/// <summary>An execution request in the engine's words.</summary>
internal static class ContainerPlan
{
    /// <summary>On every container of Glovebox, with the execution's id as its value.</summary>
    public const string IdLabel = "glovebox.execution";

    /// <summary>Whose it is: the state directory on the machine that started it.</summary>
    public const string StateLabel = "glovebox.state";

    private const long DefaultPids = 4096;
    private const double NanoCpus = 1e9;

    // Every byte is kept, as it is, until the container is removed: what is not logged yet can be had after any break. Docker's usual
    // json-file keeps no invalid UTF-8.
    private static readonly LogConfig DockerLog = new("local", new Dictionary<string, string>
    {
        ["max-size"] = "1000t", ["max-file"] = "1", ["compress"] = "false",
    });

    private static readonly LogConfig PodmanLog = new("k8s-file", new Dictionary<string, string>());

    /// <summary>Why the engine cannot do what is asked; null when it can.</summary>
    public static string? Refuse(ExecutionRequest request, string backend)
    {
        if (request.Image is null) return $"The backend '{backend}' runs images by name, and the request names none. Name an image that its host has or can pull.";
        if (request.Limits.DiskBytes is not null) return $"The backend '{backend}' cannot enforce the limit 'disk'. Leave it out, or use the backend 'oci'.";
        if (request.Streams.Terminal) return $"The backend '{backend}' has no terminal to give. Use the backend 'oci', or leave the terminal out.";
        if (request.Streams.InheritInput) return $"The backend '{backend}' gives no input to the command. Use the backend 'oci', or leave the input out.";
        if (request.OnExit.Count > 0) return $"The backend '{backend}' runs no command after the end. Adopt the box, and wait for it.";
        if (request.Mounts.Any(mount => mount is OverlayMount))
            return $"The backend '{backend}' has no overlay mounts. Bind the directory, or use the backend 'oci'.";
        return null;
    }

    public static NewContainer Of(ExecutionRequest request, bool podman, bool init) => new()
    {
        Image = request.Image!.Name,
        Cmd = request.Command,
        // Docker takes a name without a value as "leave this out": the host name is no business of the command's environment.
        Env = [.. request.Environment.Select(pair => pair.Key + "=" + pair.Value), .. podman || request.Environment.ContainsKey("HOSTNAME") ? Array.Empty<string>() : ["HOSTNAME"]],
        WorkingDir = request.WorkingDirectory.Length == 0 ? null : request.WorkingDirectory,
        User = request.User == BoxUser.OfImage ? null : string.Create(CultureInfo.InvariantCulture, $"{request.User.Uid}:{request.User.Gid}"),
        Hostname = request.Network == NetworkMode.Host ? null : request.HostName,
        Labels = new Dictionary<string, string> { [IdLabel] = request.Id, [StateLabel] = request.StateDirectory },
        HostConfig = new HostConfig
        {
            NetworkMode = request.Network == NetworkMode.Host ? "host" : "none",
            LogConfig = podman ? PodmanLog : DockerLog,
            Init = init,
            Memory = request.Limits.MemoryBytes,
            // Memory and swap together, so none of it is swap.
            MemorySwap = request.Limits.MemoryBytes,
            NanoCpus = request.Limits.Cpus is { } cpus ? (long)(cpus * NanoCpus) : null,
            PidsLimit = request.Limits.Pids ?? DefaultPids,
            ExtraHosts = [.. request.Image.ExtraHosts.Select(pair => pair.Key + ":" + pair.Value)],
            Mounts = [.. request.Mounts.Select(Of)],
            Devices = [.. request.Devices.Select(device => new NewDevice(device, device, "rwm"))],
        },
    };

    private static NewMount Of(Mount mount) => mount switch
    {
        BindMount bind => new NewMount("bind", bind.Source, bind.Target, bind.ReadOnly, null),
        TmpfsMount tmpfs => new NewMount("tmpfs", null, tmpfs.Target, false, new TmpfsOptions(tmpfs.SizeBytes)),
        _ => throw new InvalidOperationException($"no mount of the engine's: {mount}"),
    };
}
