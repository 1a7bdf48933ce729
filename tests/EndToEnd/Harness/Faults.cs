using System.Diagnostics;

namespace Glovebox.Tests.EndToEnd.Harness;

/// <summary>The program under strace, which kills it at a call, and on file systems that are too small.</summary>
internal static class Faults
{
    private const int Killed = 137;

    /// <summary>Runs the program to its death before the n-th call of that name, or to its end when there are fewer.</summary>
    /// <returns>True when it was killed: a test of that is none where nothing was.</returns>
    public static async Task<bool> KillAsync(Product product, string directory, string call, int moment, params string[] arguments)
    {
        // Not with --seccomp-bpf: strace 6.1 puts no signal then.
        string[] options = ["-f", "-qq", "-o", "/dev/null", "-e", $"trace={call}", "-e", $"inject={call}:signal=KILL:when={moment}"];
        var (code, _) = await RunAsync(product, directory, "strace", [.. options, Product.Launcher, .. arguments]);
        return code == Killed;
    }

    /// <summary>Runs a shell script in a mount namespace of its own, in which a place is on a file system of so many megabytes.</summary>
    /// <param name="script">Begins in the place; <c>$1</c> is the program, <c>$2</c> the project.</param>
    /// <returns>What it printed, errors last.</returns>
    public static async Task<string> InSmallMountAsync(Product product, string project, string place, int megabytes, string script)
    {
        var whole = $"mount -t tmpfs -o size={megabytes}m small \"$0\" && cd \"$0\" && {script}";
        string[] arguments = ["--mount", "--propagation", "private", "sh", "-c", whole, place, Product.Launcher, project];
        return (await RunAsync(product, project, "unshare", arguments)).Said;
    }

    private static async Task<(int ExitCode, string Said)> RunAsync(Product product, string directory, string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = directory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["GLOVEBOX_HOME"] = product.Home;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var output = await process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        return (process.ExitCode, output + await error);
    }
}
