using Glovebox.Backends.Oci.Bundle;

namespace Glovebox.Backends.Oci.Machine;

/// <summary>The programs of this machine that the engine uses, by path; null where it has none.</summary>
/// <param name="Runtime">crun, else runc.</param>
/// <param name="Monitor">conmon.</param>
/// <param name="DeathSignal">setpriv: ties a box to the engine's life.</param>
/// <param name="Unshare">unshare, for detached boxes and ordinary users.</param>
internal sealed record EngineTools(
    OciRuntime? Runtime, string? Monitor, InitProgram? Init, string? DeathSignal, string? Unshare, string? Shell)
{
    private static readonly string[] UsualPlaces = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    /// <param name="runtimes">Names to look for, best first.</param>
    public static EngineTools Find(params ReadOnlySpan<string> runtimes)
    {
        if (runtimes.IsEmpty) runtimes = ["crun", "runc"];
        OciRuntime? runtime = null;
        foreach (var name in runtimes)
        {
            if (runtime is null && Program(name) is { } path) runtime = new OciRuntime(path, IsCrun: name == "crun");
        }
        return new EngineTools(runtime, Program("conmon"), FindInit(), Program("setpriv"), Program("unshare"), Program("sh"));
    }

    // tini takes KILL as its parent's last word: a box then never outlives the runtime that watches it.
    private static InitProgram? FindInit() =>
        Program("tini-static") is { } tini ? new InitProgram(tini, ["-p", "SIGKILL"])
        : Program("docker-init") is { } docker ? new InitProgram(docker, ["-p", "SIGKILL"])
        : Program("catatonit") is { } catatonit ? new InitProgram(catatonit, [])
        : null;

    private static string? Program(string name)
    {
        foreach (var directory in UsualPlaces)
        {
            var path = Path.Combine(directory, name);
            if (File.Exists(path)) return path;
        }
        foreach (var directory in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            var path = Path.Combine(directory, name);
            if (path.StartsWith('/') && File.Exists(path)) return path;
        }
        return null;
    }
}

/// <summary>An OCI runtime's command line: crun(1), runc(8).</summary>
internal sealed record OciRuntime(string Path, bool IsCrun)
{
    /// <summary>Options before the verb.</summary>
    /// <param name="logPath">Where it complains, beside its standard error; null for only there.</param>
    /// <param name="ownCgroup">The runtime shall put the box into the cgroup its configuration names.</param>
    public IReadOnlyList<string> Global(string stateRoot, string? logPath, bool ownCgroup)
    {
        var options = new List<string> { "--root", stateRoot };
        if (logPath is not null) options.AddRange(["--log", logPath]);
        if (IsCrun) options.Add(ownCgroup ? "--cgroup-manager=cgroupfs" : "--cgroup-manager=disabled");
        return options;
    }
}
