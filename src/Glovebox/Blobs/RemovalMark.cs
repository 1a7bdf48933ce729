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

    public static void Change(string folder) => AtomicFile.Write(FileOf(folder), Guid.NewGuid().ToString("N"));

    private static string FileOf(string folder) => Path.Join(folder, "removals");
}
