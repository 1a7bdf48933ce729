namespace Glovebox.Backends.Oci.Files;

/// <summary>An overlay's work directory, in which the kernel leaves things.</summary>
internal static class OverlayWork
{
    /// <summary>
    /// Removes them. An ordinary user may not even look into them, and the mark of a volatile overlay keeps the next one from being mounted.
    /// </summary>
    public static void Empty(string work)
    {
        foreach (var name in (ReadOnlySpan<string>)["work", "index"])
        {
            var directory = Path.Combine(work, name);
            if (!Directory.Exists(directory)) continue;
            Open(directory);
            Directory.Delete(directory, recursive: true);
        }
    }

    private static void Open(string directory)
    {
        File.SetUnixFileMode(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var inner in Directory.EnumerateDirectories(directory))
        {
            if (new FileInfo(inner).LinkTarget is null) Open(inner);
        }
    }
}
