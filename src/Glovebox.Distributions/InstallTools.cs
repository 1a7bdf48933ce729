using Glovebox.Distributions.Npm;
using Glovebox.Distributions.Python;
using Glovebox.Execution;

namespace Glovebox.Distributions;

/// <summary>The user's settings of all tools that install into a box, for commands of the user's own there.</summary>
public static class InstallTools
{
    public static IReadOnlyDictionary<string, string> Variables()
    {
        var host = HostSettings.OfThisProcess();
        var all = new Dictionary<string, string>(PipSettings.Of(host).Variables);
        foreach (var (name, value) in NpmSettings.Of(host).Variables) all[name] = value;
        return all;
    }

    /// <summary>Files that the settings are in or name.</summary>
    public static IReadOnlyList<Mount> Mounts()
    {
        var host = HostSettings.OfThisProcess();
        return [.. PipSettings.Of(host).Mounts.Concat(NpmSettings.Of(host).Mounts).DistinctBy(mount => mount.Target)];
    }
}
