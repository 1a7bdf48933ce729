using System.Runtime.InteropServices;
using Glovebox.Files;

namespace Glovebox.Runs;

/// <summary>The process that brings a run to its end.</summary>
internal static partial class RunOwner
{
    private const int Terminate = 15;

    /// <summary>Sends the owner TERM, which ends its run as Ctrl-C would. Nothing happens when no process owns the run.</summary>
    public static void AskToEnd(RunFolder folder)
    {
        // Only while the lock is held does the number in it name the owner, and not a stranger with a used-again number.
        using var free = FileLock.TryAcquire(folder.Owner);
        if (free is not null) return;
        if (int.TryParse(File.ReadAllText(folder.Owner), out var process) && process > 1) _ = Kill(process, Terminate);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
