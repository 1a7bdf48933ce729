using System.Text;

namespace Glovebox.Files;

/// <summary>
/// Removes directory trees that somebody else filled: names that are no text, directories without permissions, and nesting deeper than
/// descriptors or paths reach are all removed; links are removed and never followed.
/// </summary>
public static class FolderRemoval
{
    /// <summary>Directories held open at a time. What is deeper is moved to the top and removed from there.</summary>
    private const int Deepest = 100;

    private const int Open = 0x1C0;

    /// <summary>Removes a file, or a directory with all that is in it; nothing when it is not there.</summary>
    /// <exception cref="FileException">Something cannot be removed; the rest may be gone.</exception>
    public static void Remove(string path)
    {
        var whole = PathBytes.FromText(Path.GetFullPath(path));
        if (Folder.WholePaths.Stat(whole) is not { } state) return;
        if (state.Kind != FileKind.Folder)
        {
            Folder.WholePaths.DeleteFile(whole);
            return;
        }
        using (var folder = OpenAnyway(Folder.WholePaths, whole)) RemoveContent(folder);
        Folder.WholePaths.DeleteFolder(whole);
    }

    /// <summary>Empties a directory.</summary>
    internal static void RemoveContent(Folder top)
    {
        // What is moved up comes behind the end of the list that is being worked on, so list until there is nothing.
        for (var names = top.List(); names.Count > 0; names = top.List())
        {
            foreach (var (name, kind) in names) RemoveEntry(top, name, kind, top, 1);
        }
    }

    private static void RemoveEntry(Folder parent, byte[] name, FileKind kind, Folder top, int depth)
    {
        if (kind == FileKind.Unknown) kind = parent.Stat(name)?.Kind ?? FileKind.Unknown;
        if (kind != FileKind.Folder)
        {
            parent.DeleteFile(name);
            return;
        }
        if (depth >= Deepest && parent.TryRename(name, top, Encoding.ASCII.GetBytes($".deep-{Guid.NewGuid():N}"), out _)) return;
        using (var folder = OpenAnyway(parent, name))
        {
            foreach (var (below, belowKind) in folder.List()) RemoveEntry(folder, below, belowKind, top, depth + 1);
        }
        parent.DeleteFolder(name);
    }

    private static Folder OpenAnyway(Folder parent, ReadOnlySpan<byte> name)
    {
        if (parent.TryStat(name, out var state, out _) && (state.Permissions & Open) != Open) parent.TryChangeMode(name, Open);
        return parent.OpenChild(name);
    }
}
