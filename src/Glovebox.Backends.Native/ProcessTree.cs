using System.Globalization;
using Glovebox.Linux;

namespace Glovebox.Backends.Native;

/// <summary>The processes of one command: those of its session. What made itself a session of its own has left it for good.</summary>
internal static class ProcessTree
{
    /// <summary>Signals the command's process group. False when there is none any more.</summary>
    public static bool Signal(int leader, int signal) => Libc.SignalNumber(-leader, signal) == 0;

    /// <summary>Kills what the command left behind. Called while its number is still its own.</summary>
    public static void KillRest(int leader)
    {
        Signal(leader, Libc.Kill);
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory.AsSpan()), CultureInfo.InvariantCulture, out var pid) || pid == leader) continue;
            // Asked first without a hold: this is done for every process of the machine, at the end of every command.
            if (Libc.SessionOf(pid) != leader) continue;
            using var process = ProcessWatch.Open(pid);
            if (process is not null && Libc.SessionOf(pid) == leader) process.Signal(Libc.Kill);
        }
    }
}
