using System.Globalization;
using Glovebox.Linux;

namespace Glovebox.Backends.Oci.Cgroups;

/// <summary>Reads and writes the small files of a cgroup hierarchy.</summary>
internal static class CgroupFiles
{
    public static void Write(string directory, string file, long value) =>
        KernelFile.Write(Path.Combine(directory, file), value.ToString(CultureInfo.InvariantCulture));

    /// <summary>The number that a file holds; null when the file is not there or says <c>max</c>.</summary>
    public static long? Number(string directory, string file) =>
        KernelFile.TryRead(Path.Combine(directory, file)) is { } text && long.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>The number behind a key, in a file of <c>key value</c> lines; null when it is not there.</summary>
    public static long? Number(string directory, string file, ReadOnlySpan<char> key)
    {
        if (KernelFile.TryRead(Path.Combine(directory, file)) is not { } text) return null;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(key) && line.Length > key.Length && line[key.Length] == ' ')
                return long.TryParse(line[(key.Length + 1)..], CultureInfo.InvariantCulture, out var value) ? value : null;
        }
        return null;
    }

    /// <summary>The process numbers in a <c>cgroup.procs</c>.</summary>
    public static IEnumerable<int> Processes(string directory)
    {
        foreach (var line in (KernelFile.TryRead(Path.Combine(directory, "cgroup.procs")) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (int.TryParse(line, CultureInfo.InvariantCulture, out var pid) && pid > 0) yield return pid;
        }
    }

    /// <summary>Removes a group and those below it. True when it is gone.</summary>
    public static bool TryRemove(string directory)
    {
        try
        {
            foreach (var child in Directory.GetDirectories(directory)) TryRemove(child);
            Directory.Delete(directory);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (IOException)
        {
            return false; // Something in it has not ended yet.
        }
    }
}
