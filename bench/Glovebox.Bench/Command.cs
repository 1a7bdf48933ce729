using System.Diagnostics;

namespace Glovebox.Bench;

/// <summary>A foreign program, run to its end.</summary>
internal static class Command
{
    public static bool Exists(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, name)));

    /// <exception cref="InvalidOperationException">It did not end with 0: a figure of a failure is none.</exception>
    public static TimeSpan Time(string home, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["GLOVEBOX_HOME"] = home;
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var time = clock.Elapsed;
        return process.ExitCode == 0 ? time : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: exit {process.ExitCode}\n{error.Result}");
    }
}
