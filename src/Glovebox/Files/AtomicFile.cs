namespace Glovebox.Files;

/// <summary>Files that appear whole or not at all: written beside their place and renamed into it.</summary>
public static class AtomicFile
{
    /// <summary>Permission bits for what is secret: read and written by its owner alone.</summary>
    public const int OwnerAlone = 0x180;

    /// <summary>Writes the file, in the place of the one that is there.</summary>
    /// <param name="mode">Permission bits, exactly: the umask does not cut them.</param>
    /// <param name="durable">True to have it on the disk, name and content, before this returns (fsync).</param>
    /// <exception cref="FileException">The folder is missing or closed to us, or the disk is full; nothing has changed then.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, int mode = 0x1A4, bool durable = false)
    {
        using var folder = Folder.Open(FolderOf(path));
        var name = PathBytes.FromText(Path.GetFileName(path));
        var temporary = TemporaryName();
        try
        {
            using (var file = folder.CreateFile(temporary, mode))
            {
                FileContent.Write(file, content, path);
                FileContent.ChangeMode(file, mode, path);
                if (durable) FileContent.Flush(file, path);
            }
            folder.Rename(temporary, folder, name);
        }
        catch
        {
            folder.DeleteFile(temporary);
            throw;
        }
        if (durable) folder.Flush();
    }

    /// <summary>As the other, with text as UTF-8.</summary>
    public static void Write(string path, string content, int mode = 0x1A4, bool durable = false) =>
        Write(path, System.Text.Encoding.UTF8.GetBytes(content), mode, durable);

    /// <summary>A name that no other writer has and that is short enough beside any other.</summary>
    internal static byte[] TemporaryName() => System.Text.Encoding.ASCII.GetBytes($".glovebox-{Guid.NewGuid():N}.tmp");

    /// <summary>Whether a file of that name is one that is being written, or was when its writer died.</summary>
    public static bool IsTemporary(string name) =>
        name.StartsWith(".glovebox-", StringComparison.Ordinal) && name.EndsWith(".tmp", StringComparison.Ordinal);

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
}
