using Glovebox.Files;

namespace Glovebox.Images.Layers;

/// <summary>Removes a directory with all that is in it, whatever the names and whatever its permissions were.</summary>
internal static class TreeRemoval
{
    private const int OwnersAll = 0x1C0;

    /// <summary>Nothing when it is not there.</summary>
    public static void Delete(string path)
    {
        var name = PathBytes.FromText(path);
        if (!Folder.WholePaths.TryStat(name, out var state, out _)) return;
        if (state.Kind == FileKind.Folder)
        {
            using (var folder = Open(Folder.WholePaths, name, () => Folder.Open(path))) Empty(folder);
            Folder.WholePaths.DeleteFolder(name);
        }
        else Folder.WholePaths.DeleteFile(name);
    }

    /// <summary>Removes what is in the directory, and keeps it.</summary>
    public static void Empty(Folder folder)
    {
        foreach (var (name, kind) in folder.List())
        {
            if (kind is not (FileKind.Folder or FileKind.Unknown) || folder.Stat(name)?.Kind != FileKind.Folder)
            {
                folder.DeleteFile(name);
                continue;
            }
            using (var child = Open(folder, name, () => folder.OpenFolder(name))) Empty(child);
            folder.DeleteFolder(name);
        }
    }

    private static Folder Open(Folder parent, byte[] name, Func<Folder> open)
    {
        // An ordinary user's own directory may be closed to him.
        if (Libc.EffectiveUser() != 0) parent.TryChangeMode(name, OwnersAll);
        return open();
    }
}
