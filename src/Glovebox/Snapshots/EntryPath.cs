namespace Glovebox.Snapshots;

/// <summary>The paths of a tree's entries.</summary>
public static class EntryPath
{
    /// <summary>True for a relative path whose parts are all names: nothing empty, no '.', no '..', no NUL.</summary>
    public static bool IsValid(ReadOnlySpan<char> path)
    {
        if (path.Contains('\0')) return false;
        foreach (var part in path.Split('/'))
        {
            if (path[part] is "" or "." or "..") return false;
        }
        return true;
    }

    /// <summary>True for the path itself and what is below it.</summary>
    public static bool Covers(ReadOnlySpan<char> folder, ReadOnlySpan<char> path) =>
        path.StartsWith(folder) && (path.Length == folder.Length || path[folder.Length] == '/');
}
