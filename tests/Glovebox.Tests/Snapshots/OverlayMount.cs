using System.Runtime.InteropServices;

namespace Glovebox.Tests.Snapshots;

/// <summary>
/// A real overlay of a root, seen by one thread only: the thread has a mount namespace of its own, and the mount goes with it. Needs root.
/// </summary>
internal static partial class OverlayMount
{
    private const int NewMounts = 0x20000, OwnFileSystemState = 0x200;
    private const nuint Private = 1 << 18, Recursive = 1 << 14;

    /// <summary>Does work in the merged directory.</summary>
    /// <returns>False where this process may not mount.</returns>
    public static bool TryRun(string lower, string upper, string work, string merged, Action inside, string options = "") =>
        TryRun("overlay", merged, $"lowerdir={lower},upperdir={upper},workdir={work}{options}", inside);

    /// <summary>Does work with a small file system in memory at a path.</summary>
    /// <returns>False where this process may not mount.</returns>
    public static bool TryRunInMemory(string path, int bytes, Action inside) => TryRun("tmpfs", path, $"size={bytes}", inside);

    private static bool TryRun(string type, string target, string data, Action inside)
    {
        Exception? failure = null;
        var mounted = false;
        var thread = new Thread(() =>
        {
            if (Unshare(NewMounts | OwnFileSystemState) != 0 || Mount("none", "/", "none", Recursive | Private, null) != 0) return;
            mounted = Mount(type, target, type, 0, data) == 0;
            if (!mounted) return;
            failure = Record.Exception(inside);
            // Lazily: a test beside this one may be starting a process, which holds all descriptors for a moment.
            if (Unmount(target, 2) != 0) failure ??= new IOException($"cannot unmount {target}");
        });
        thread.Start();
        thread.Join();
        return failure is null ? mounted : throw new AggregateException(failure);
    }

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int flags);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string type, nuint flags, string? data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string target, int flags);
}
