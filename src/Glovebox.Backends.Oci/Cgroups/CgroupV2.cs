using System.Globalization;
using Glovebox.Api.Execution;
using Glovebox.Linux;

namespace Glovebox.Backends.Oci.Cgroups;

/// <summary>
/// A group of ours in the one hierarchy. Version 2 moves whole processes only, so the runtime puts the box in a group below; the limits are set
/// here and the counters, which include everything below for ever, are read here.
/// </summary>
internal sealed class CgroupV2(string directory, string runtimePath) : ICgroup
{
    private const long PeriodMicroseconds = 100_000, LeastQuotaMicroseconds = 1_000;

    public IReadOnlyList<string> Directories { get; } = [directory];
    public IReadOnlyList<string> EntryFiles => [];
    public IReadOnlyList<string> HomeFiles => [];
    public string? RuntimePath => runtimePath;

    public void Apply(Limits limits, int overhead)
    {
        if (limits.MemoryBytes is { } memory)
        {
            CgroupFiles.Write(directory, "memory.max", memory);
            if (File.Exists(Path.Combine(directory, "memory.swap.max"))) CgroupFiles.Write(directory, "memory.swap.max", 0);
        }
        if (limits.Cpus is { } cpus)
        {
            var quota = Math.Max(LeastQuotaMicroseconds, (long)(cpus * PeriodMicroseconds));
            KernelFile.Write(Path.Combine(directory, "cpu.max"), string.Create(CultureInfo.InvariantCulture, $"{quota} {PeriodMicroseconds}"));
        }
        if (File.Exists(Path.Combine(directory, "pids.max")))
            CgroupFiles.Write(directory, "pids.max", (limits.Pids ?? CgroupSite.DefaultPids) + overhead);
    }

    public void Enter(int pid)
    {
    }

    public CgroupReading Read() => new(
        CgroupFiles.Number(directory, "cpu.stat", "usage_usec") is { } microseconds ? microseconds / 1e6 : null,
        CgroupFiles.Number(directory, "memory.peak"),
        CgroupFiles.Number(directory, "memory.events", "oom_kill") ?? 0);

    public void Kill()
    {
        var all = Path.Combine(directory, "cgroup.kill");
        if (File.Exists(all)) KernelFile.Write(all, "1");
    }

    public bool TryRemove() => CgroupFiles.TryRemove(directory);
}

/// <summary>Groups at the top of the hierarchy: a group that holds processes, as this process's own does, may have none with limits below it.</summary>
/// <param name="mountPoint">Where the hierarchy is mounted.</param>
/// <param name="controllers">The controllers that the top can hand down.</param>
internal sealed class CgroupV2Site(string mountPoint, IReadOnlySet<string> controllers) : ICgroupSite
{
    public string Mode => "v2";
    public IReadOnlyCollection<string> Parents => [mountPoint];

    public string? Refuse(Limits limits) =>
        limits.MemoryBytes is not null && !controllers.Contains("memory") ? CgroupSite.Missing("memory")
        : limits.Cpus is not null && !controllers.Contains("cpu") ? CgroupSite.Missing("cpu")
        : limits.Pids is not null && !controllers.Contains("pids") ? CgroupSite.Missing("pids")
        : null;

    public ICgroup Create(string name)
    {
        foreach (var controller in (ReadOnlySpan<string>)["memory", "cpu", "pids"])
        {
            if (controllers.Contains(controller))
                KernelFile.Write(Path.Combine(mountPoint, "cgroup.subtree_control"), "+" + controller);
        }
        var directory = Path.Combine(mountPoint, name);
        Directory.CreateDirectory(directory);
        return Open([directory]);
    }

    public ICgroup Open(IReadOnlyList<string> directories) =>
        new CgroupV2(directories[0], "/" + Path.GetFileName(directories[0]) + "/box");
}
