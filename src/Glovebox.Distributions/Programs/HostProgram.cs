using System.Diagnostics;
using Glovebox.Api;
using Glovebox.Environments.Building;

namespace Glovebox.Distributions.Programs;

/// <summary>How a program of this machine ended.</summary>
/// <param name="Output">Lines of standard output.</param>
/// <param name="Errors">Lines of standard error.</param>
internal sealed record ProgramResult(int ExitCode, IReadOnlyList<string> Output, IReadOnlyList<string> Errors)
{
    public string Tail()
    {
        var lines = Errors.Count > 0 ? Errors : Output;
        return string.Concat(lines.Where(line => line.Length > 0).TakeLast(15).Select(line => "\n    " + line));
    }
}

/// <summary>Starts programs of this machine: an argument list, never a text for a shell. The only place of a build that does.</summary>
internal static class HostProgram
{
    private static readonly string[] SearchedBesides = ["/usr/sbin", "/sbin", "/usr/bin", "/bin"];

    /// <summary>Where the program is, or null. Looked for in PATH, and where administrators' programs are.</summary>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Concat(SearchedBesides)
            .Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists);

    /// <param name="variables">Set besides this process's own.</param>
    /// <param name="line">Receives every line of either stream as it comes.</param>
    /// <exception cref="RefusalException">The program is not installed.</exception>
    public static async Task<ProgramResult> RunAsync(
        string name, IEnumerable<string> arguments, CancellationToken cancellation, IReadOnlyDictionary<string, string>? variables = null,
            Action<string>? line = null)
    {
        var path = Find(name) ?? throw RefusalException.Unable($"the program '{name}' is not installed. {HowToInstall(name)}");
        var start =
            new ProcessStartInfo(path)
            {
                RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false,
            };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        // Messages are read: they must be in one language.
        start.Environment["LC_ALL"] = "C.UTF-8";
        foreach (var (key, value) in variables ?? new Dictionary<string, string>()) start.Environment[key] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, errors) = (new List<string>(), new List<string>());
        try
        {
            await Task.WhenAll(Read(process.StandardOutput, output), Read(process.StandardError, errors));
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        return new ProgramResult(process.ExitCode, output, errors);

        async Task Read(StreamReader reader, List<string> lines)
        {
            while (await reader.ReadLineAsync(cancellation) is { } text)
            {
                lines.Add(text);
                line?.Invoke(text);
            }
        }
    }

    private static string HowToInstall(string name)
    {
        var package = name switch
        {
            "mmdebstrap" => "mmdebstrap",
            "apt-get" or "apt-cache" => "apt",
            "dpkg-deb" => "dpkg",
            "newuidmap" => "uidmap",
            _ => name,
        };
        return $"Install package '{package}' (Debian and Ubuntu: apt-get install {package})";
    }
}
