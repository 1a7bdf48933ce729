using System.Globalization;
using Glovebox.Backends.Oci.Cgroups;
using Glovebox.Linux;

namespace Glovebox.Backends.Oci.Boxes;

/// <summary>
/// Names of berths' cgroups: <c>glovebox-NAMESPACE-PID-START-NUMBER</c>. They say whose they are, so that a dead engine's can be removed; a
/// process number means something only in its own pid namespace, and several may share the machine's cgroups.
/// </summary>
internal static class BerthName
{
    private static readonly string Prefix = $"glovebox-{Namespace()}-";
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
        var fields = name[Prefix.Length..].Split('-');
        return fields.Length == 3 && int.TryParse(fields[0], CultureInfo.InvariantCulture, out var pid)
            && long.TryParse(fields[1], CultureInfo.InvariantCulture, out var start) ? new ProcessName(pid, start) : null;
    }

    /// <summary>The inode of <c>pid:[4026531836]</c> (namespaces(7)); 0 where /proc does not say.</summary>
    private static string Namespace()
    {
        var link = File.ResolveLinkTarget("/proc/self/ns/pid", returnFinalTarget: false)?.Name ?? "";
        var digits = string.Concat(link.Where(char.IsAsciiDigit));
        return digits.Length == 0 ? "0" : digits;
    }
}
