using Glovebox.Api.Execution;
using Glovebox.Backends.Oci.Bundle;
using Glovebox.Backends.Oci.Cgroups;
using Glovebox.Backends.Oci.Files;
using Glovebox.Linux;
using Glovebox.Execution;

namespace Glovebox.Backends.Oci.Boxes;

/// <summary>Everything about a box that can be known and written before a process starts.</summary>
internal sealed record PreparedBox(ExecutionRequest Request, BoxPaths Paths, string StandIn, IReadOnlyList<OverlayOptions> Overlays);

/// <summary>Checks a request and lays out its bundle.</summary>
internal sealed class BoxPreparation(ExecutionRequest request, InitProgram? init, string? cgroupPath, bool rootless)
{
    // getrlimit(2).
    private const int FileSize = 1, Processes = 6, OpenFiles = 7;

    // The runtime and the init program are in the box's user namespace too.
    private const int RuntimeProcesses = 2;

    private static readonly string[] Ours = ["/", "/proc", "/dev", "/sys"];

    private readonly BoxPaths _paths = BoxPaths.Make(request.StateDirectory, request.Id);

    /// <summary>The bundle is written, or nothing is.</summary>
    public (PreparedBox? Box, StartFailure? Failure) Prepare()
    {
        if (CheckSources() is { } missing) return (null, new StartFailure(125, missing));
        var skeleton = new Skeleton(_paths.Skeleton, request.Root);
        var tree = new BoxTree(request.Root, skeleton.Directory);
        var mounts = AllMounts();
        foreach (var point in (ReadOnlySpan<string>)["/proc", "/dev", "/sys"]) skeleton.Prepare(tree, point, isFile: false);
        foreach (var mount in mounts)
        {
            skeleton.Prepare(tree, mount.Target, mount is BindMount bind && !Directory.Exists(bind.Source));
            tree.Add(mount);
        }
        if (CommandLookup.Check(tree, request) is { } failure) return (null, failure);

        var links = new OverlayLinks(_paths.Links, rootless);
        var plan = new BundlePlan
        {
            Request = request,
            RootPath = PlanRoot(links, skeleton),
            RootReadOnly = request.Root.Upper is null,
            Mounts = PlanMounts(links, mounts),
            Init = init,
            CgroupPath = cgroupPath,
            Rootless = rootless,
            LargestFile = (request.FileBytes ?? request.Limits.DiskBytes) is { } largest ? Lower(FileSize, largest) : null,
            MostOpenFiles = request.OpenFiles is { } files ? (int)Lower(OpenFiles, files) : null,
            MostProcesses = rootless ? (int)Lower(Processes, (request.Limits.Pids ?? CgroupSite.DefaultPids) + RuntimeProcesses) : null,
        };
        BundleWriter.Write(plan, _paths.Configuration);
        return (new PreparedBox(request, _paths, links.StandIn ?? _paths.Bundle, links.Overlays), null);
    }

    private string? CheckSources()
    {
        foreach (var layer in request.Root.Layers)
        {
            if (!Directory.Exists(layer)) return $"The image layer '{layer}' is missing. Build or import the environment again.";
        }
        foreach (var mount in request.Mounts)
        {
            if (!mount.Target.StartsWith('/') || Array.IndexOf(Ours, mount.Target.Length > 1 ? mount.Target.TrimEnd('/') : "/") >= 0)
                return $"Nothing can be mounted at '{mount.Target}': it is the box's own. Choose another absolute path.";
            var source = mount switch { BindMount bind => bind.Source, OverlayMount overlay => overlay.Lower, _ => "/" };
            if (!Path.Exists(source)) return $"'{source}', to be mounted at '{mount.Target}', does not exist. Correct the path.";
        }
        foreach (var device in request.Devices)
        {
            if (!File.Exists(device)) return $"The device '{device}' does not exist on this machine. Leave it out, or install its driver.";
        }
        return null;
    }

    private List<Mount> AllMounts()
    {
        var mounts = new List<Mount>(request.Mounts);
        if (request.Network != NetworkMode.Host) return mounts;
        foreach (var file in (ReadOnlySpan<string>)["/etc/resolv.conf", "/etc/hosts"])
        {
            if (File.Exists(file) && !mounts.Exists(m => m.Target == file)) mounts.Add(new BindMount(file, file, ReadOnly: true));
        }
        return mounts;
    }

    private string PlanRoot(OverlayLinks links, Skeleton skeleton)
    {
        var root = request.Root;
        // Always an overlay, even of one layer: mounted by us it has no devices, whatever the layer holds. A read-only one is of two at least.
        if (root.Upper is null && root.Layers.Count == 1) skeleton.Use();
        var layers = new List<string>();
        if (skeleton.IsUsed) layers.Add(skeleton.Directory);
        for (var i = root.Layers.Count - 1; i >= 0; i--) layers.Add(root.Layers[i]);
        return links.Plan(_paths.RootMount, layers, root.Upper, root.Work);
    }

    private List<Mount> PlanMounts(OverlayLinks links, List<Mount> mounts)
    {
        var planned = new List<Mount>(mounts.Count);
        foreach (var mount in mounts)
        {
            planned.Add(mount is OverlayMount overlay
                ? new BindMount(links.Plan(_paths.OverlayMount(planned.Count), overlay), overlay.Target, ReadOnly: false)
                : mount);
        }
        return planned;
    }

    // Never above what this process may have itself: raising needs a right that a machine may withhold.
    private static unsafe long Lower(int resource, long wanted)
    {
        var pair = stackalloc ulong[2];
        return Libc.GetLimit(resource, pair) == 0 && pair[1] < (ulong)wanted ? (long)pair[1] : wanted;
    }
}
