using Glovebox.Api.Doctor;
using Glovebox.Backends.Oci.Boxes;
using Glovebox.Backends.Oci.Cgroups;
using Glovebox.Backends.Oci.Machine;
using Glovebox.Linux;

namespace Glovebox.Backends.Oci;

/// <summary>Whether this machine has what the <c>oci</c> backend needs, for this user.</summary>
/// <param name="home">GLOVEBOX_HOME: overlays must work on its file system.</param>
public sealed class EngineCheck(string home) : ICheck
{
    // Recursive read-only mounts (mount_setattr) came with 5.12.
    private static readonly Version OldestKernel = new(5, 12);

    public async Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellation)
    {
        var tools = EngineTools.Find();
        var rootless = Libc.EffectiveUser() != 0;
        return
        [
            Kernel(Environment.OSVersion.Version),
            Cgroups(CgroupSite.Detect(), rootless),
            UserSpaces(rootless),
            Seccomp(),
            await OverlayCheck.RunAsync(tools, rootless, home).ConfigureAwait(false),
            await RuntimeAsync(tools.Runtime).ConfigureAwait(false),
            Program("monitor", tools.Monitor, "conmon", "runs cannot be detached (--detach)"),
            Program("init", tools.Init?.Path, "tini", "a command that does not handle TERM is ended by KILL, after the grace"),
            Program("setpriv", tools.DeathSignal, "util-linux", "a box outlives an engine that is killed, until the next one finds it"),
        ];
    }

    private static CheckResult Kernel(Version version) => version >= OldestKernel
        ? new CheckResult("kernel", CheckStatus.Ok, version.ToString(3))
        : new CheckResult("kernel", CheckStatus.Fail, $"{version.ToString(3)} is too old", $"Use Linux {OldestKernel} or later.");

    private static CheckResult Cgroups(ICgroupSite site, bool rootless) => site.Mode != "none"
        ? new CheckResult("cgroups", CheckStatus.Ok, site.Mode)
        : new CheckResult("cgroups", CheckStatus.Warn, "none can be made here: limits on memory, processors and processes are refused",
            rootless ? "Run as root where limits are needed." : "Mount a writable cgroup hierarchy at /sys/fs/cgroup.");

    private static CheckResult UserSpaces(bool rootless)
    {
        if (UserNamespaces.Forbidden() is not { } forbidden) return new CheckResult("user namespaces", CheckStatus.Ok, "allowed");
        return new CheckResult("user namespaces", rootless ? CheckStatus.Fail : CheckStatus.Ok,
            rootless ? "forbidden" : "forbidden to ordinary users; root does not need them", rootless ? forbidden : null);
    }

    private static CheckResult Seccomp() => File.Exists("/proc/sys/kernel/seccomp/actions_avail")
        ? new CheckResult("seccomp", CheckStatus.Ok, "available")
        : new CheckResult("seccomp", CheckStatus.Fail, "the kernel has no seccomp filters", "Use a kernel with CONFIG_SECCOMP_FILTER.");

    private static CheckResult Program(string name, string? path, string package, string without) => path is not null
        ? new CheckResult(name, CheckStatus.Ok, path)
        : new CheckResult(name, CheckStatus.Warn, $"{package} is not installed: {without}", Install(package));

    private static async Task<CheckResult> RuntimeAsync(OciRuntime? runtime)
    {
        if (runtime is null) return new CheckResult("runtime", CheckStatus.Fail, "neither crun nor runc is installed", Install("crun"));
        using var pipe = new PipeEnds();
        var exit = await Child.RunAsync(new SpawnRequest(runtime.Path, ["--version"])
        {
            Files = new Dictionary<int, int> { [1] = pipe.Write },
        }).ConfigureAwait(false);
        pipe.CloseWrite();
        var version = pipe.ReadLine();
        return exit == 0
            ? new CheckResult("runtime", CheckStatus.Ok, $"{runtime.Path}, {version}")
            : new CheckResult("runtime", CheckStatus.Fail, $"{runtime.Path} does not run (exit code {exit})", Install("crun"));
    }

    private static string Install(string package) => $"Install it (Debian, Ubuntu: apt-get install {package}).";
}
