using System.Text;
using Glovebox.Files;

namespace Glovebox.Blobs;

/// <summary>
/// Tells whether blobs were removed: the folder's own identity (removed and made again, it is another one) and the content of its file
/// <c>removals</c>, which is new after each removal.
/// </summary>
internal static class RemovalMark
{
    /// <returns>Null when there is no folder.</returns>
    public static string? Read(string folder)
    {
        if (!Folder.WholePaths.TryStat(PathBytes.FromText(folder), out var state, out _)) return null;
        var file = FileOf(folder);
        var mark = File.Exists(file) ? File.ReadAllText(file) : "";
        return $"{state.Device} {state.Inode} {state.Born} {mark}";
    }

    /// <summary>Has the file there, so that a change needs no room on a full disk.</summary>
    public static void Prepare(string folder)
    {
        if (!File.Exists(FileOf(folder))) AtomicFile.Write(FileOf(folder), NewMark());
    }

    public static void Change(string folder)
    {
        Prepare(folder);
        using var file = File.OpenHandle(FileOf(folder), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(file, NewMark(), 0);
    }

    private static byte[] NewMark() => Encoding.ASCII.GetBytes(Guid.NewGuid().ToString("N"));

    private static string FileOf(string folder) => Path.Join(folder, "removals");
}
