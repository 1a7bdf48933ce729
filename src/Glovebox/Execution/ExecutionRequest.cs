using Glovebox.Api.Execution;

namespace Glovebox.Execution;

/// <summary>Everything a backend needs to start one box: resolved, immutable, and free of any other feature's words.</summary>
public sealed record ExecutionRequest
{
    /// <summary>Unique on this machine; 1 to 64 of [a-z0-9-].</summary>
    public required string Id { get; init; }

    /// <summary>An existing, empty directory that the backend owns until the instance is disposed: bundle, status, handle.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>The root file system. A backend without isolation ignores it, and so does one that is given an <see cref="Image"/>.</summary>
    public RootFileSystem Root { get; init; } = RootFileSystem.None;

    /// <summary>
    /// An image that the backend has or gets by itself, in place of <see cref="Root"/>; only where it declares <c>Images</c>. Its entry point
    /// goes before <see cref="Command"/>, its variables hold where <see cref="Environment"/> gives none of that name, and its working
    /// directory where <see cref="WorkingDirectory"/> is empty. Its root can be written to, and is gone with the box.
    /// </summary>
    public NamedImage? Image { get; init; }

    /// <summary>Mounted over the root in this order. A backend without isolation ignores them.</summary>
    public IReadOnlyList<Mount> Mounts { get; init; } = [];

    /// <summary>The command, at least one element. The first is looked up in the PATH of <see cref="Environment"/> inside the box unless it holds a slash.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>The whole environment of the command: nothing is inherited.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Absolute path inside the box; for a backend without isolation, on the host.</summary>
    public required string WorkingDirectory { get; init; }

    public BoxUser User { get; init; } = BoxUser.Root;
    public BoxPrivileges Privileges { get; init; } = BoxPrivileges.None;
    public Limits Limits { get; init; } = Limits.None;
    public NetworkMode Network { get; init; } = NetworkMode.None;
    public string HostName { get; init; } = "glovebox";

    /// <summary>Host device nodes to give to the box (GPU), as absolute paths.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>Directories on the host whose bytes together count against <see cref="Limits.DiskBytes"/> (upper directories, scratch).</summary>
    public IReadOnlyList<string> CountedDirectories { get; init; } = [];

    /// <summary>Open files of one process; null for the host's own limit.</summary>
    public int? OpenFiles { get; init; }

    /// <summary>
    /// Bytes of the largest file that the box may write, where nothing but single files of the host can grow in it; its disk is then bounded by
    /// that, and not watched while it runs. Null for every box that may make files on the host's disk.
    /// </summary>
    public long? FileBytes { get; init; }

    /// <summary>Time between the request to end (TERM) and the end (KILL).</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    public required ExecutionStreams Streams { get; init; }

    /// <summary>
    /// True: the box outlives this process and can be adopted; output goes to the log alone, and <see cref="OnExit"/> is run when it ends.
    /// False: the box belongs to this process.
    /// </summary>
    public bool Detached { get; init; }

    /// <summary>A host command, run by the monitor after a detached box ended. Empty for none.</summary>
    public IReadOnlyList<string> OnExit { get; init; } = [];
}
