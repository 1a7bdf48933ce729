using System.Runtime.InteropServices;

namespace Glovebox.Files;

/// <summary>A second name for a file's bytes (link(2)).</summary>
internal static partial class HardLink
{
    /// <summary>Links where the file system can, and copies where it cannot: across file systems, and past the most names of a file.</summary>
    /// <exception cref="IOException">Neither works.</exception>
    public static void MakeOrCopy(string existing, string path)
    {
        if (Link(existing, path) != 0) File.Copy(existing, path);
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string path);
}
