using System.Globalization;
using System.IO.Enumeration;
using Glovebox.Linux;

namespace Glovebox.Backends.Native;

/// <summary>The processes of one command: those of its session. What made itself a session of its own has left it for good.</summary>
internal static class ProcessTree
{
    private static readonly EnumerationOptions Flat = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = true };
    private static readonly Lock Looking = new(), Joining = new();
    private static Round _next = new();

    /// <summary>Signals the command's process group. False when there is none any more.</summary>
    public static bool Signal(int leader, int signal) => Libc.SignalNumber(-leader, signal) == 0;

    /// <summary>
    /// Kills what the command left behind. Called while its number is still its own. The machine's processes are looked at once for all the commands
    /// that end while the look before is under way: there may be many of both.
    /// </summary>
    public static void KillRest(int leader)
    {
        Signal(leader, Libc.Kill);
        Round mine;
        lock (Joining)
        {
            mine = _next;
            mine.Leaders.Add(leader);
        }
        lock (Looking)
        {
            if (mine.Over) return;
            lock (Joining) _next = new Round();
            KillSessions(mine.Leaders);
            mine.Over = true;
        }
    }

    private static void KillSessions(HashSet<int> leaders)
    {
        foreach (var pid in new FileSystemEnumerable<int>("/proc", static (ref entry) => Number(entry.FileName), Flat))
        {
            // Asked first without a hold: this is done for every process of the machine.
            if (pid == 0 || leaders.Contains(pid) || !leaders.Contains(Libc.SessionOf(pid))) continue;
            using var process = ProcessWatch.Open(pid);
            if (process is not null && leaders.Contains(Libc.SessionOf(pid))) process.Signal(Libc.Kill);
        }
    }

    private static int Number(ReadOnlySpan<char> name) => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0;

    private sealed class Round
    {
        public HashSet<int> Leaders { get; } = [];
        public bool Over { get; set; }
    }
}
