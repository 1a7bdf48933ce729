namespace Glovebox.Bench.Functions;

/// <summary>What /proc says of processes (proc(5)).</summary>
internal static class Machine
{
    private const double TicksPerSecond = 100;

    /// <summary>Processor seconds of a process and all below it.</summary>
    public static double CpuOfTree(int root) => Tree(root).Sum(pid => Fields(pid) is { } f ? (long.Parse(f[11]) + long.Parse(f[12])) / TicksPerSecond : 0);

    /// <summary>A process and all below it.</summary>
    public static List<int> Tree(int root)
    {
        var parents = new Dictionary<int, int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(folder), out var pid) && Fields(pid) is { } fields) parents[pid] = int.Parse(fields[1]);
        var tree = new List<int> { root };
        for (var i = 0; i < tree.Count; i++) tree.AddRange(parents.Where(pair => pair.Value == tree[i]).Select(pair => pair.Key));
        return tree;
    }

    /// <summary>Kilobytes that a process shares with no other.</summary>
    public static long PrivateKilobytes(int pid)
    {
        try
        {
            return File.ReadLines($"/proc/{pid}/smaps_rollup").Where(line => line.StartsWith("Private_", StringComparison.Ordinal))
                .Sum(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]));
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>How many processes want a processor, over the last minute: figures of a busy machine are none.</summary>
    public static string Load => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    // From the third field of /proc/PID/stat on.
    private static string[]? Fields(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }
}
