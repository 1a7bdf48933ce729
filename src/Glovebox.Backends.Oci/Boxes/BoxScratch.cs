using Glovebox.Linux;

namespace Glovebox.Backends.Oci.Boxes;

/// <summary>
/// Where a box's bundle and its runtime's files lie: in memory, for a disk's file system takes several times as long to make some thirty small files
/// and to remove them (docs/decisions/017). Only as root, for an ordinary user's part of <c>/run</c> goes when he logs out, and his boxes may stay; and
/// only where the machine has such a place with room. Nothing in it is missed after a restart of the machine, which no box outlives.
/// </summary>
internal static class BoxScratch
{
    /// <summary>Names the namespace of processes that the box was made in, and its state directory. A link, since that is made and read at once.</summary>
    private const string Owner = "owner";

    /// <summary>A box has some 50 KiB in it. A container's <c>/dev/shm</c> has 64 MiB by default, and is not ours alone.</summary>
    private const long LeastRoom = 16 << 20;

    private const UnixFileMode Owned = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>So long may the making of a box take.</summary>
    private static readonly TimeSpan Making = TimeSpan.FromHours(1);

    private static readonly string Namespace = new FileInfo("/proc/self/ns/pid").LinkTarget ?? "";

    private static readonly Lazy<string?> Place = new(Prepare);

    /// <summary>The box's scratch directory, empty. Null where boxes have none.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static string? Make(string id, string stateDirectory)
    {
        Remove(id);
        if (PathOf(id) is not { } path || new DriveInfo(Path.GetDirectoryName(path)!).AvailableFreeSpace < LeastRoom) return null;
        Directory.CreateDirectory(path);
        File.CreateSymbolicLink(Path.Combine(path, Owner), Namespace + Path.GetFullPath(stateDirectory));
        return path;
    }

    /// <summary>Null when the box has none: it was made without, or is gone.</summary>
    public static string? Find(string id) => PathOf(id) is { } path && Directory.Exists(path) ? path : null;

    public static void Remove(string id)
    {
        if (Find(id) is { } path) Directory.Delete(path, recursive: true);
    }

    private static string? PathOf(string id) => Place.Value is { } place ? Path.Combine(place, id) : null;

    /// <summary>
    /// Removes what is left of boxes whose state directory is gone: their engine was killed, and somebody has tidied up. A state directory may also be out of
    /// sight (another container's, or a service that may not see homes): a box that lives is left alone, and so is one whose processes cannot be seen.
    /// </summary>
    internal static void RemoveLeft(string place)
    {
        foreach (var box in new DirectoryInfo(place).EnumerateDirectories())
        {
            if (new FileInfo(Path.Combine(box.FullName, Owner)).LinkTarget is not { } owner || !owner.StartsWith(Namespace + "/", StringComparison.Ordinal)) continue;
            if (Directory.Exists(owner[Namespace.Length..]) || Lives(box)) continue;
            try
            {
                box.Delete(recursive: true);
            }
            catch (DirectoryNotFoundException)
            {
                // Another process does the same just now.
            }
        }
    }

    private static bool Lives(DirectoryInfo box)
    {
        var init = Path.Combine(box.FullName, BoxPaths.InitPidName);
        if (File.Exists(init)) return Directory.Exists("/proc/" + File.ReadAllText(init).Trim());
        return TimeProvider.System.GetUtcNow() - new DateTimeOffset(box.LastWriteTimeUtc, TimeSpan.Zero) < Making;
    }

    private static string? Prepare()
    {
        if (!Environment.IsPrivilegedProcess) return null;
        foreach (var (parent, name) in new[] { ("/run", "glovebox/boxes"), ("/dev/shm", "glovebox-boxes") })
        {
            if (!Directory.Exists(parent) || new DriveInfo(parent).DriveFormat != "tmpfs") continue;
            if (TryMake(Path.Combine(parent, name)) is not { } place) continue;
            RemoveLeft(place);
            return place;
        }

        return null;
    }

    /// <summary>Null for a place that cannot be written to, or is not ours alone: anybody may make a folder in <c>/dev/shm</c>.</summary>
    private static string? TryMake(string place)
    {
        try
        {
            Directory.CreateDirectory(place, Owned);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        return FileFacts.TryRead(place, out var facts) && facts.User == 0 && (facts.Mode & 0x1FF) == (uint)Owned ? place : null;
    }
}
