using System.Diagnostics;

namespace Glovebox.Tests.EndToEnd.Experiments;

/// <summary>Programs that are not ours, reading what we wrote.</summary>
internal static class Foreign
{
    /// <summary>Standard output; fails with everything printed when the program fails.</summary>
    public static async Task<string> RunAsync(string directory, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = directory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}\n{output}\n{await error}");
    }
}
