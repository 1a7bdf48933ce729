using System.Globalization;
using Glovebox.Api.Execution;
using Glovebox.Linux;

namespace Glovebox.Backends.Oci.Cgroups;

/// <summary>
/// One directory in each of several hierarchies. Version 1 moves single threads, so the thread that starts the runtime steps in first,
/// and every process of the box is born inside.
/// </summary>
/// <param name="byController">Its directories.</param>
/// <param name="home">Where this process stands, for each controller.</param>
internal sealed class CgroupV1(string name, Dictionary<string, string> byController, IReadOnlyDictionary<string, string> home) : ICgroup
{
    private const long PeriodMicroseconds = 100_000, LeastQuotaMicroseconds = 1_000;

    private readonly List<string> _directories = [.. byController.Values.Distinct()];

    public IReadOnlyList<string> Directories => _directories;
    public IReadOnlyList<string> EntryFiles => [.. _directories.Select(d => Path.Combine(d, "tasks"))];
    public IReadOnlyList<string> HomeFiles => [.. byController.Keys.Select(c => Path.Combine(home[c], "tasks")).Distinct()];
    public string? RuntimePath => null;

    public void Apply(Limits limits, int overhead)
    {
        if (limits.MemoryBytes is { } memory)
        {
            CgroupFiles.Write(byController["memory"], "memory.limit_in_bytes", memory);
            // Memory and swap together; absent where the kernel does not count swap.
            if (File.Exists(Path.Combine(byController["memory"], "memory.memsw.limit_in_bytes")))
                CgroupFiles.Write(byController["memory"], "memory.memsw.limit_in_bytes", memory);
        }
        if (limits.Cpus is { } cpus)
        {
            var cpu = CpuDirectory();
            CgroupFiles.Write(cpu, "cpu.cfs_period_us", PeriodMicroseconds);
            CgroupFiles.Write(cpu, "cpu.cfs_quota_us", Math.Max(LeastQuotaMicroseconds, (long)(cpus * PeriodMicroseconds)));
        }
        if (byController.TryGetValue("pids", out var pids))
            CgroupFiles.Write(pids, "pids.max", (limits.Pids ?? CgroupSite.DefaultPids) + overhead);
    }

    // Only made when it limits something: an idle one would change how the box shares processors with the rest of the machine.
    private string CpuDirectory()
    {
        if (byController.TryGetValue("cpu", out var known)) return known;
        var directory = Path.Combine(home["cpu"], name);
        Directory.CreateDirectory(directory);
        byController["cpu"] = directory;
        _directories.Add(directory);
        return directory;
    }

    public void Enter(int pid)
    {
        foreach (var directory in _directories) CgroupFiles.Write(directory, "cgroup.procs", pid);
    }

    public CgroupReading Read() => new(
        byController.TryGetValue("cpuacct", out var cpu) && CgroupFiles.Number(cpu, "cpuacct.usage") is { } nanoseconds
            ? nanoseconds / 1e9
            : null,
        byController.TryGetValue("memory", out var memory) ? CgroupFiles.Number(memory, "memory.max_usage_in_bytes") : null,
        memory is null ? 0 : CgroupFiles.Number(memory, "memory.oom_control", "oom_kill") ?? 0);

    public void Kill()
    {
        foreach (var directory in Directories)
        {
            foreach (var pid in CgroupFiles.Processes(directory))
            {
                if (pid == Environment.ProcessId) continue; // A launching thread of ours lists the whole process.
                using var process = ProcessWatch.Open(pid);
                process?.Signal(Libc.Kill);
            }
        }
    }

    public bool TryRemove() => Directories.Aggregate(true, (gone, d) => CgroupFiles.TryRemove(d) && gone);
}

/// <summary>Groups next to those this process stands in, so that whatever bounds this process bounds its boxes too.</summary>
/// <param name="home">This process's own directory for each controller.</param>
internal sealed class CgroupV1Site(string mode, IReadOnlyDictionary<string, string> home) : ICgroupSite
{
    private static readonly string[] Wanted = ["memory", "cpuacct", "pids"];

    public string Mode => mode;
    public IReadOnlyCollection<string> Parents { get; } = home.Values.ToHashSet(StringComparer.Ordinal);

    public string? Refuse(Limits limits) =>
        limits.MemoryBytes is not null && !home.ContainsKey("memory") ? CgroupSite.Missing("memory")
        : limits.Cpus is not null && !home.ContainsKey("cpu") ? CgroupSite.Missing("cpu")
        : limits.Pids is not null && !home.ContainsKey("pids") ? CgroupSite.Missing("pids")
        : null;

    public ICgroup Create(string name)
    {
        var directories = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var controller in Wanted)
        {
            if (!home.TryGetValue(controller, out var parent)) continue;
            var directory = Path.Combine(parent, name);
            Directory.CreateDirectory(directory);
            directories[controller] = directory;
        }
        // Often one hierarchy has both.
        if (home.TryGetValue("cpu", out var cpu) && home.TryGetValue("cpuacct", out var account) && cpu == account)
            directories["cpu"] = directories["cpuacct"];
        return new CgroupV1(name, directories, home);
    }

    public ICgroup Open(IReadOnlyList<string> directories)
    {
        var byController = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var directory in directories)
        {
            foreach (var (controller, file) in (ReadOnlySpan<(string, string)>)
                [("memory", "memory.usage_in_bytes"), ("cpu", "cpu.shares"), ("cpuacct", "cpuacct.usage"), ("pids", "pids.current")])
            {
                if (File.Exists(Path.Combine(directory, file))) byController[controller] = directory;
            }
        }
        return new CgroupV1(directories.Count > 0 ? Path.GetFileName(directories[0]) : "", byController, home);
    }
}
