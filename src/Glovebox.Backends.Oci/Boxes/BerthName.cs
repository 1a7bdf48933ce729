using System.Globalization;
using Glovebox.Backends.Oci.Cgroups;
using Glovebox.Linux;

namespace Glovebox.Backends.Oci.Boxes;

/// <summary>Names of berths' cgroups: <c>glovebox-PID-START-NUMBER</c>. They say whose they are, so that a dead engine's can be removed.</summary>
internal static class BerthName
{
    private const string Prefix = "glovebox-";
    private static int _numbers;

    public static string Next() => string.Create(CultureInfo.InvariantCulture,
        $"{Prefix}{ProcessName.Self.Pid}-{ProcessName.Self.StartedAt}-{Interlocked.Increment(ref _numbers)}");

    /// <summary>Removes the empty cgroups of engines that are gone. One in use is never empty, so it stays.</summary>
    public static void RemoveLeftovers(ICgroupSite site)
    {
        foreach (var parent in site.Parents)
        {
            foreach (var directory in Directory.EnumerateDirectories(parent, Prefix + "*"))
            {
                if (Owner(Path.GetFileName(directory)) is { } owner && ProcessWatch.StartOf(owner.Pid) != owner.StartedAt)
                    CgroupFiles.TryRemove(directory);
            }
        }
    }

    private static ProcessName? Owner(string name)
    {
        var fields = name.Split('-');
        return fields.Length == 4 && int.TryParse(fields[1], CultureInfo.InvariantCulture, out var pid)
            && long.TryParse(fields[2], CultureInfo.InvariantCulture, out var start) ? new ProcessName(pid, start) : null;
    }
}
