using System.Text;
using Glovebox.Api.Environments;

namespace Glovebox.Environments.Host;

/// <summary>Reads dpkg's status file (Debian control format, deb-control(5) and dpkg(1)): the packages that are installed.</summary>
public static class DpkgStatus
{
    /// <summary>Sorted by name, architecture and version; empty when there is no such file.</summary>
    public static IReadOnlyList<LockedPackage> Read(string path)
    {
        if (!File.Exists(path)) return [];
        var packages = new List<LockedPackage>();
        var stanza = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        using var reader = new StreamReader(path, Encoding.UTF8, false, 64 * 1024);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0)
            {
                Add(stanza, packages);
                stanza.Clear();
            }
            else if (line[0] is not (' ' or '\t') && line.IndexOf(':') is var colon and > 0)
            {
                if (line[0] is 'P' or 'S' or 'A' or 'V') stanza[line[..colon]] = line[(colon + 1)..].Trim();
            }
        }
        Add(stanza, packages);
        return Sort(packages);
    }

    /// <summary>The order that packages of a lock have.</summary>
    public static IReadOnlyList<LockedPackage> Sort(IEnumerable<LockedPackage> packages) =>
    [
        .. packages.OrderBy(package => package.Name, StringComparer.Ordinal).ThenBy(package => package.Architecture, StringComparer.Ordinal)
            .ThenBy(package => package.Version, StringComparer.Ordinal),
    ];

    private static void Add(Dictionary<string, string> stanza, List<LockedPackage> packages)
    {
        if (stanza.GetValueOrDefault("Status") is not { } status || !status.EndsWith(" ok installed", StringComparison.Ordinal)) return;
        if (stanza.TryGetValue("Package", out var name) && stanza.TryGetValue("Version", out var version))
            packages.Add(new LockedPackage("debian", name, version, stanza.GetValueOrDefault("Architecture"), null));
    }
}
