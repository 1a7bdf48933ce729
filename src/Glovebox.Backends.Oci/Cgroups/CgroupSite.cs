using Glovebox.Linux;
using Glovebox.Api.Execution;

namespace Glovebox.Backends.Oci.Cgroups;

/// <summary>Finds out what cgroups this process may use.</summary>
internal static class CgroupSite
{
    /// <summary>Processes and threads of a box when nothing is said, so that a fork bomb ends in its box.</summary>
    public const int DefaultPids = 4096;

    public static ICgroupSite Detect() => Detect("/proc/self/mountinfo", "/proc/self/cgroup");

    /// <param name="mountInfo">A file in the format of /proc/PID/mountinfo (proc(5)).</param>
    /// <param name="ownGroups">A file in the format of /proc/PID/cgroup (cgroups(7)).</param>
    public static ICgroupSite Detect(string mountInfo, string ownGroups)
    {
        var own = OwnPaths(ownGroups);
        var homes = new Dictionary<string, string>(StringComparer.Ordinal);
        string? unified = null;
        foreach (var line in File.ReadLines(mountInfo))
        {
            var fields = line.Split(' ');
            var dash = Array.IndexOf(fields, "-", 6);
            if (dash < 0 || dash + 3 >= fields.Length) continue;
            var (root, at, type) = (fields[3], fields[4], fields[dash + 1]);
            if (type == "cgroup2") unified = at;
            if (type != "cgroup") continue;
            foreach (var option in fields[dash + 3].Split(','))
            {
                if (own.TryGetValue(option, out var path)) homes[option] = Below(at, root, path);
            }
        }
        if (homes.ContainsKey("memory") || homes.ContainsKey("pids")) return V1(homes, unified is not null);
        return unified is null ? new NoCgroupSite("no cgroup hierarchy is mounted") : V2(unified);
    }

    public static string Missing(string controller) =>
        $"This machine's kernel offers no '{controller}' cgroup, so the limit cannot be enforced. Leave the limit out, or enable the controller.";

    private static ICgroupSite V1(Dictionary<string, string> homes, bool hybrid) =>
        homes.Values.All(Writable) ? new CgroupV1Site(hybrid ? "hybrid" : "v1", homes) : NotWritable();

    private static ICgroupSite V2(string unified)
    {
        var available = Path.Combine(unified, "cgroup.controllers");
        if (!Writable(unified) || !File.Exists(available)) return NotWritable();
        return new CgroupV2Site(unified, File.ReadAllText(available).Trim().Split(' ').ToHashSet(StringComparer.Ordinal));
    }

    private static NoCgroupSite NotWritable() =>
        new("its cgroups are not writable", Libc.EffectiveUser() != 0 && Environment.OSVersion.Version >= new Version(5, 14));

    // In a container the hierarchy's mount may begin somewhere below the real top, and the own path may lie outside of it.
    private static string Below(string at, string root, string path)
    {
        if (root != "/" && (path == root || path.StartsWith(root + "/", StringComparison.Ordinal))) path = path[root.Length..];
        var directory = Path.Combine(at, path.TrimStart('/'));
        return Directory.Exists(directory) ? directory.TrimEnd('/') : at;
    }

    private static Dictionary<string, string> OwnPaths(string file)
    {
        var paths = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(file))
        {
            var fields = line.Split(':', 3);
            if (fields.Length < 3) continue;
            foreach (var controller in fields[1].Split(',')) paths[controller] = fields[2];
        }
        return paths;
    }

    private static bool Writable(string directory) => Libc.Access(directory, Libc.MayWrite) == 0;
}
