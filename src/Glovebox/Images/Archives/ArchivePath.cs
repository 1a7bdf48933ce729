namespace Glovebox.Images.Archives;

/// <summary>Names in archives: what is allowed, and what is refused because it would leave the root.</summary>
internal static class ArchivePath
{
    /// <summary>The path without '.' parts and slashes at its ends; empty for the root itself.</summary>
    /// <exception cref="HostileArchiveException">Absolute, or with '..'.</exception>
    public static string Normalize(string path)
    {
        if (path.StartsWith('/')) throw new HostileArchiveException($"'{path}' is an absolute path");
        if (!path.Contains("./", StringComparison.Ordinal) && !path.Contains("//", StringComparison.Ordinal) && !path.EndsWith('/')
            && !path.EndsWith('.'))
            return path;
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").ToList();
        return parts.Contains("..") ? throw new HostileArchiveException($"'{path}' leaves the root with '..'") : string.Join('/', parts);
    }

    /// <summary>Refuses a symbolic link that climbs above the root. An absolute one is normal: it is read from the image's own
    /// root.</summary>
    public static void CheckLink(string path, string target)
    {
        if (target.StartsWith('/')) return;
        var depth = path.Count(letter => letter == '/');
        foreach (var part in target.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            depth += part switch { "." => 0, ".." => -1, _ => 1 };
            if (depth < 0) throw new HostileArchiveException($"the link '{path}' -> '{target}' leaves the root");
        }
    }
}

/// <summary>The archive holds what would reach outside its root: it is refused whole.</summary>
internal sealed class HostileArchiveException(string reason) : Exception(reason);
