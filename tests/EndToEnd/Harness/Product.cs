using System.Diagnostics;

namespace Glovebox.Tests.EndToEnd.Harness;

/// <summary>The product as a user has it: <c>./glovebox</c> of this repository, in a home of the test's own.</summary>
internal sealed class Product(string home)
{
    /// <summary>The repository's root.</summary>
    public static string Repository { get; } = FindRepository();

    public static string Launcher { get; } = Path.Combine(Repository, "glovebox");

    public string Home { get; } = home;

    /// <summary>Runs to the end and returns what it printed.</summary>
    public async Task<Ended> RunAsync(string directory, string[] arguments, byte[]? input = null, Dictionary<string, string?>? variables = null)
    {
        using var process = Start(directory, arguments, variables);
        var output = ReadAsync(process.StandardOutput);
        var error = ReadAsync(process.StandardError);
        if (input is not null) await process.StandardInput.BaseStream.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Ended(process.ExitCode, await output, await error);
    }

    public Process Start(string directory, string[] arguments, Dictionary<string, string?>? variables = null)
    {
        var start = new ProcessStartInfo(Launcher, arguments)
        {
            WorkingDirectory = directory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["GLOVEBOX_HOME"] = Home;
        foreach (var (name, value) in variables ?? []) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static async Task<byte[]> ReadAsync(StreamReader reader)
    {
        using var bytes = new MemoryStream();
        await reader.BaseStream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private static string FindRepository()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "Glovebox.slnx"))) return at.FullName;
        throw new InvalidOperationException($"no Glovebox.slnx above {AppContext.BaseDirectory}");
    }
}
