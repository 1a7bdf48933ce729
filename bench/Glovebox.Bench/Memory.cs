using System.Diagnostics;
using System.Globalization;

namespace Glovebox.Bench;

/// <summary>The memory of the product's process while a box runs.</summary>
internal static class Memory
{
    public static async Task TakeAsync(string repository)
    {
        Console.WriteLine("memory of the process while a box runs:");
        var folder = Directory.CreateTempSubdirectory("glovebox-bench-").FullName;
        try
        {
            var start = new ProcessStartInfo(Path.Combine(repository, "glovebox"), ["run", "-q", "--", "sh", "-c", "echo ready; read x"])
            {
                WorkingDirectory = folder, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
            };
            start.Environment["GLOVEBOX_HOME"] = Path.Combine(folder, "home");
            using var process = Process.Start(start)!;
            await process.StandardOutput.ReadLineAsync();
            foreach (var line in File.ReadLines($"/proc/{process.Id}/status"))
                if (line.StartsWith("VmHWM", StringComparison.Ordinal) || line.StartsWith("RssAnon", StringComparison.Ordinal))
                {
                    var kilobytes = double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
                    Console.WriteLine($"  {(line[0] == 'V' ? "peak resident, shared pages too" : "its own pages"),-44} {kilobytes / 1024,9:0.0} MiB");
                }

            await process.StandardInput.WriteLineAsync();
            await process.WaitForExitAsync();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
