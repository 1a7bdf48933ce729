using System.Diagnostics;

namespace Glovebox.Tests.Distributions;

/// <summary>A program of this machine, run to its end.</summary>
internal static class Tool
{
    public static async Task<string> RunAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? variables = null)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var (name, value) in variables ?? new Dictionary<string, string>()) start.Environment[name] = value;
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {errors}");
        return await output;
    }
}

/// <summary>podman with stores of its own.</summary>
internal sealed class Podman(string directory)
{
    public Task<string> RunAsync(params string[] arguments)
    {
        Directory.CreateDirectory(directory);
        var configuration = Path.Combine(directory, "containers.conf");
        // The limits podman sets by itself are above what this machine may give.
        File.WriteAllText(
            configuration,
            "[containers]\ndefault_ulimits = [\"nofile=1024:1024\", \"nproc=1024:1024\"]\n[engine]\nevents_logger = \"none\"\n");
        string[] stores =
            ["--root", Path.Combine(directory, "root"), "--runroot", Path.Combine(directory, "run"), "--cgroup-manager", "cgroupfs", "--storage-driver", "overlay"];
        // crun refuses machines with both versions of cgroups.
        string[] runtime = File.Exists("/usr/sbin/runc") || File.Exists("/usr/bin/runc") ? ["--runtime", "runc"] : [];
        return Tool.RunAsync(
            "/usr/bin/podman", [.. stores, .. runtime, .. arguments], new Dictionary<string,
            string> { ["CONTAINERS_CONF"] = configuration, ["TMPDIR"] = directory });
    }
}
