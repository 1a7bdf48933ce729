namespace Glovebox.Garbage;

/// <summary>Bytes below a path, as its files count them.</summary>
public static class DiskUse
{
    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = true };

    public static long Of(string path)
    {
        if (File.Exists(path)) return new FileInfo(path).Length;
        if (!Directory.Exists(path)) return 0;
        return new DirectoryInfo(path).EnumerateFiles("*", Everything)
            .Where(f => (f.Attributes & FileAttributes.ReparsePoint) == 0).Sum(f => f.Length);
    }
}
