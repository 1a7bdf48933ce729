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
}
