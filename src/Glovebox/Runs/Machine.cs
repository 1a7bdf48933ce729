using Glovebox.Api.Runs;

namespace Glovebox.Runs;

/// <summary>What a record says of the machine.</summary>
internal static class Machine
{
    public static RunHost Read(IReadOnlyList<string> gpus) => new(
        Environment.MachineName,
        FirstLine("/proc/sys/kernel/osrelease"),
        System.Runtime.InteropServices.RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant(),
        CpuModel(),
        Environment.ProcessorCount,
        MemoryBytes(),
        gpus);

    private static string FirstLine(string path)
    {
        using var file = new StreamReader(path);
        return file.ReadLine() ?? "";
    }

    private static string CpuModel()
    {
        using var file = new StreamReader("/proc/cpuinfo");
        while (file.ReadLine() is { } line)
            if (line.StartsWith("model name", StringComparison.Ordinal)) return line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        return "unknown";
    }

    private static long MemoryBytes()
    {
        // "MemTotal:       24680000 kB", always the first line (proc(5)).
        var parts = FirstLine("/proc/meminfo").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length > 1 && long.TryParse(parts[1], out var kilobytes) ? kilobytes * 1024 : 0;
    }
}
