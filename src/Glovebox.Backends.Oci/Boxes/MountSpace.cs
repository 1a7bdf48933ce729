using Glovebox.Backends.Oci.Files;
using Glovebox.Linux;

namespace Glovebox.Backends.Oci.Boxes;

/// <summary>
/// A mount namespace of the calling thread's own, which its children inherit. What is mounted in it is seen nowhere else and goes
/// when the last of them ends, even by kill -9: nothing is ever left mounted on the host.
/// </summary>
internal static class MountSpace
{
    /// <summary>Where a runtime looks for cgroups.</summary>
    public const string Cgroups = "/sys/fs/cgroup";

    /// <summary>Enters a new one and mounts the overlays. The reason when that failed, else null.</summary>
    /// <param name="standIn">The directory that the overlays' names are relative to.</param>
    /// <param name="hideCgroups">The runtime shall see no cgroups: crun before 1.9 refuses a machine that has both versions.</param>
    public static string? Enter(string standIn, IReadOnlyList<OverlayOptions> overlays, bool hideCgroups)
    {
        if (Libc.Unshare(Libc.NewMountNamespace) != 0)
            return $"A mount namespace could not be made: {Libc.LastError()}. The engine needs the capability CAP_SYS_ADMIN.";
        // Slave: a disk that the host unmounts is let go here too, and nothing of ours reaches the host.
        if (Libc.Mount("none", "/", null, Libc.MountRecursive | Libc.MountSlave, null) != 0)
            return $"The mounts could not be made private: {Libc.LastError()}.";
        if (hideCgroups && Libc.Mount("glovebox", Cgroups, "tmpfs", Libc.NoSuid | Libc.NoDevices | Libc.NoExec, "size=0,mode=555") != 0
            && Directory.Exists(Cgroups))
        {
            return $"'{Cgroups}' could not be hidden from the runtime: {Libc.LastError()}.";
        }
        if (Libc.ChangeDirectory(standIn) != 0) return $"'{standIn}' could not be entered: {Libc.LastError()}.";
        foreach (var overlay in overlays)
        {
            if (Libc.Mount("glovebox", overlay.At, "overlay", 0, overlay.Options) != 0) return OverlayFailure(Libc.LastError());
        }
        return null;
    }

    public static string OverlayFailure(string reason) =>
        $"The box's files could not be stacked (overlay mount: {reason}). The file system of GLOVEBOX_HOME must be one that can carry an overlay, "
        + "such as ext4, xfs or btrfs; 'glovebox doctor' tests it.";
}
