using Glovebox.Files;
using Glovebox.Home;

namespace Glovebox.Runs;

/// <summary>What gc asks of the folders of runs.</summary>
internal static class RunFolders
{
    /// <summary>True when no process brings this run to its end.</summary>
    public static bool IsOwnerless(GloveboxHome home, string id)
    {
        var folder = new RunFolder(home, id);
        if (!Directory.Exists(folder.Root)) return true;
        using var free = FileLock.TryAcquire(folder.Owner);
        return free is not null;
    }

    public static void Drop(GloveboxHome home, string id) => new RunFolder(home, id).Drop();

    /// <summary>Removes a file or a directory with all that is in it; nothing when it is not there.</summary>
    public static void RemoveTree(string path)
    {
        if (File.Exists(path)) File.Delete(path);
        if (!Directory.Exists(path)) return;
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (UnauthorizedAccessException)
        {
            // A box may leave directories without write permission, which stop an ordinary user's recursive delete.
            Open(path);
            Directory.Delete(path, recursive: true);
        }
    }

    private static void Open(string directory)
    {
        const UnixFileMode open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        File.SetUnixFileMode(directory, open);
        foreach (var inner in Directory.EnumerateDirectories(directory))
            if (!File.GetAttributes(inner).HasFlag(FileAttributes.ReparsePoint)) Open(inner);
    }
}
