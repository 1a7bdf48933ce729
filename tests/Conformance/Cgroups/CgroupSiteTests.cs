using Glovebox.Api.Execution;
using Glovebox.Backends.Oci.Cgroups;

namespace Glovebox.Tests.Conformance.Cgroups;

/// <summary>Cgroups on directories that only look like them.</summary>
public sealed class CgroupSiteTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("glovebox-cgroup").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Version_1_is_used_below_the_own_groups()
    {
        foreach (var name in (string[])["memory/me", "cpu,cpuacct/me", "pids"]) Directory.CreateDirectory(Path.Combine(_root, name));
        var site = Detect(
            $"""
            30 20 0:1 / {_root}/memory rw - cgroup cgroup rw,memory
            31 20 0:2 / {_root}/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
            32 20 0:3 / {_root}/pids rw - cgroup cgroup rw,pids
            """,
            "4:memory:/me\n3:cpu,cpuacct:/me\n2:pids:/elsewhere\n");
        Assert.Equal("v1", site.Mode);
        var group = site.Create("x");
        Assert.Equal([$"{_root}/memory/me/x", $"{_root}/cpu,cpuacct/me/x", $"{_root}/pids/x"], group.Directories);
        Assert.Equal(3, group.EntryFiles.Count);
        Assert.Null(group.RuntimePath);
    }

    [Fact]
    public void Version_1_limits_memory_with_swap_and_reads_the_kernels_counters()
    {
        foreach (var name in (string[])["memory", "cpu", "cpuacct", "pids"]) Directory.CreateDirectory(Path.Combine(_root, name));
        var site = Detect(
            string.Join('\n', ((string[])["memory", "cpu", "cpuacct", "pids"]).Select((c, i) => $"3{i} 20 0:{i} / {_root}/{c} rw - cgroup cgroup rw,{c}")),
            "4:memory:/\n3:cpu:/\n2:cpuacct:/\n1:pids:/\n");
        var group = site.Create("x");
        Fake("memory/x", "memory.limit_in_bytes", "memory.memsw.limit_in_bytes", "memory.usage_in_bytes");
        Directory.CreateDirectory(Path.Combine(_root, "cpu/x"));
        Fake("cpu/x", "cpu.cfs_period_us", "cpu.cfs_quota_us");
        Fake("pids/x", "pids.max");
        Assert.Equal(3, group.EntryFiles.Count);
        group.Apply(new Limits(MemoryBytes: 1 << 25, Cpus: 1.5), overhead: 2);
        Assert.Equal($"{_root}/cpu/x/tasks", group.EntryFiles[^1]);
        Assert.Equal("33554432", Text("memory/x/memory.memsw.limit_in_bytes"));
        Assert.Equal("150000", Text("cpu/x/cpu.cfs_quota_us"));
        Assert.Equal("4098", Text("pids/x/pids.max"));

        File.WriteAllText(Path.Combine(_root, "memory/x/memory.oom_control"), "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");
        File.WriteAllText(Path.Combine(_root, "memory/x/memory.max_usage_in_bytes"), "4096\n");
        File.WriteAllText(Path.Combine(_root, "cpuacct/x/cpuacct.usage"), "1500000000\n");
        Assert.Equal(new CgroupReading(1.5, 4096, 3), group.Read());
    }

    [Fact]
    public void Version_2_limits_its_own_group_and_the_runtime_makes_one_below()
    {
        File.WriteAllText(Path.Combine(_root, "cgroup.controllers"), "cpuset cpu io memory pids\n");
        File.WriteAllText(Path.Combine(_root, "cgroup.subtree_control"), "");
        var site = Detect($"30 20 0:1 / {_root} rw - cgroup2 cgroup2 rw\n", "0::/user.slice\n");
        Assert.Equal("v2", site.Mode);
        var group = site.Create("x");
        Assert.Equal("/x/box", group.RuntimePath);
        Assert.Empty(group.EntryFiles);
        Fake("x", "memory.max", "memory.swap.max", "cpu.max", "pids.max");
        group.Apply(new Limits(MemoryBytes: 1 << 25, Cpus: 0.001, Pids: 5), overhead: 2);
        Assert.Equal("33554432", Text("x/memory.max"));
        Assert.Equal("0", Text("x/memory.swap.max"));
        Assert.Equal("1000 100000", Text("x/cpu.max"));
        Assert.Equal("7", Text("x/pids.max"));

        File.WriteAllText(Path.Combine(_root, "x/cpu.stat"), "usage_usec 2500000\nuser_usec 1\n");
        File.WriteAllText(Path.Combine(_root, "x/memory.peak"), "8192\n");
        File.WriteAllText(Path.Combine(_root, "x/memory.events"), "low 0\nmax 9\noom 2\noom_kill 1\noom_group_kill 0\n");
        Assert.Equal(new CgroupReading(2.5, 8192, 1), group.Read());
    }

    [Fact]
    public void Without_cgroups_limits_are_refused_and_nothing_else()
    {
        var site = Detect("30 20 0:1 / /proc rw - proc proc rw\n", "0::/\n");
        Assert.Equal("none", site.Mode);
        Assert.Null(site.Refuse(Limits.None));
        Assert.Contains("memory", site.Refuse(new Limits(MemoryBytes: 1 << 25)));
    }

    private ICgroupSite Detect(string mounts, string own)
    {
        var (mountInfo, groups) = (Path.Combine(_root, "mountinfo"), Path.Combine(_root, "own"));
        File.WriteAllText(mountInfo, mounts);
        File.WriteAllText(groups, own);
        return CgroupSite.Detect(mountInfo, groups);
    }

    private void Fake(string directory, params string[] files)
    {
        foreach (var file in files) File.WriteAllText(Path.Combine(_root, directory, file), "");
    }

    private string Text(string path) => File.ReadAllText(Path.Combine(_root, path));
}
