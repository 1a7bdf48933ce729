using System.Globalization;

namespace Glovebox.Bench;

/// <summary>
/// Processor time of this process and all it ever started, detached ones too: the account of the cgroup that bench/run makes. On a loaded machine,
/// where rates say little, what a job costs is still true.
/// </summary>
internal static class Processor
{
    private static readonly string? Account = File.ReadLines("/proc/self/cgroup").Select(line => line.Split(':', 3))
        .Where(fields => fields[1].Split(',').Contains("cpuacct") && fields[2].Contains("glovebox-bench", StringComparison.Ordinal))
        .Select(fields => $"/sys/fs/cgroup/cpuacct{fields[2]}/cpuacct.usage").FirstOrDefault(File.Exists);

    /// <summary>Milliseconds for each of some: of all, null on a machine without such an account, and of this process alone.</summary>
    public static async Task<(double? All, double Own)> EachAsync(int some, Func<Task> work)
    {
        var (before, own) = (Used(), Environment.CpuUsage.TotalTime);
        await work();
        return ((Used() - before) / 1e6 / some, (Environment.CpuUsage.TotalTime - own).TotalMilliseconds / some);
    }

    public static string Text((double? All, double Own) each) =>
        each.All is { } all ? $"{all,7:0.00} ms of processor each, {each.Own:0.00} in this process" : "";

    private static double? Used() => Account is null ? null : double.Parse(File.ReadAllText(Account), CultureInfo.InvariantCulture);
}
