namespace Glovebox.Garbage;

/// <summary>Bytes below a path, as its files count them.</summary>
public static class DiskUse
{
    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = default, IgnoreInaccessible = true };

    public static long Of(string path)
    {
        if (File.Exists(path)) return new FileInfo(path).Length;
        if (!Directory.Exists(path)) return 0;
        return new DirectoryInfo(path).EnumerateFiles("*", Everything)
            .Where(f => !f.Attributes.HasFlag(FileAttributes.ReparsePoint)).Sum(f => f.Length);
    }
}
