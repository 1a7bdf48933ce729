using Glovebox.Backends.Oci.Files;
using Glovebox.Linux;

namespace Glovebox.Backends.Oci.Boxes;

/// <summary>
/// What is mounted in a box's mount namespace before its runtime starts. It is seen nowhere else and goes when the last process in it ends, even
/// by kill -9: nothing is ever left mounted on the host.
/// </summary>
/// <param name="StandIn">The directory that the mounts' names are relative to.</param>
internal sealed record MountSpace(string StandIn, IReadOnlyList<MountRequest> Mounts)
{
    /// <summary>Where a runtime looks for cgroups.</summary>
    public const string Cgroups = "/sys/fs/cgroup";

    /// <param name="hideCgroups">The runtime shall see no cgroups: crun before 1.9 refuses a machine that has both versions.</param>
    public static MountSpace Of(string standIn, IReadOnlyList<OverlayOptions> overlays, bool hideCgroups)
    {
        var mounts = new List<MountRequest>();
        if (hideCgroups && Directory.Exists(Cgroups))
            mounts.Add(new MountRequest(Cgroups, "tmpfs", Libc.NoSuid | Libc.NoDevices | Libc.NoExec, "size=4k,mode=555"));
        foreach (var overlay in overlays) mounts.Add(new MountRequest(overlay.At, "overlay", Libc.NoDevices, overlay.Options));
        return new MountSpace(standIn, mounts);
    }

    public static string Explain(string? target, string reason) => target == Cgroups
        ? $"'{Cgroups}' could not be hidden from the runtime: {reason}."
        : $"The box's files could not be stacked (overlay mount: {reason}). The file system of GLOVEBOX_HOME must be one that can carry an "
          + "overlay, such as ext4, xfs or btrfs; 'glovebox doctor' tests it.";
}

/// <summary>One file system to mount.</summary>
internal sealed record MountRequest(string Target, string Type, ulong Flags, string Options)
{
    public unsafe MountCall Prepare(NativeArena arena) => new()
    {
        Source = arena.Text("glovebox"),
        Target = arena.Text(Target),
        Type = arena.Text(Type),
        Flags = Flags,
        Options = arena.Text(Options),
    };
}
