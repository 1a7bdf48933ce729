using System.Runtime.InteropServices;
using Glovebox.Files;

namespace Glovebox.Runs;

/// <summary>The process that brings a run to its end.</summary>
internal static partial class RunOwner
{
    private const int Terminate = 15;

    /// <summary>Makes this process the owner. Null when another is.</summary>
    public static FileLock? Claim(RunFolder folder)
    {
        var held = FileLock.TryAcquire(folder.Owner);
        if (held is not null) Sign(folder);
        return held;
    }

    /// <summary>As <see cref="Claim"/>, once the present owner has let go.</summary>
    public static async Task<FileLock> ClaimAsync(RunFolder folder, TimeProvider time, CancellationToken cancellation)
    {
        var held = await FileLock.AcquireAsync(folder.Owner, time, cancellation);
        Sign(folder);
        return held;
    }

    /// <summary>Asks the owner to end its run, as Ctrl-C would. Nothing happens when no process owns the run.</summary>
    /// <param name="alone">The owner has other runs too, which go on.</param>
    public static void AskToEnd(RunFolder folder, bool alone)
    {
        // Only while the lock is held does the number name the owner, and not a stranger with a used-again number.
        using var free = FileLock.TryAcquire(folder.Owner);
        if (free is not null) return;
        if (alone) EndWish.Leave(folder);
        else if (int.TryParse(File.ReadAllText(folder.OwnerId), out var process) && process > 1) _ = Kill(process, Terminate);
    }

    private static void Sign(RunFolder folder) => File.WriteAllText(folder.OwnerId, Environment.ProcessId.ToString());

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
