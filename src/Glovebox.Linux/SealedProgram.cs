using System.Collections.Concurrent;
using System.Globalization;

namespace Glovebox.Linux;

/// <summary>
/// A program copied into memory that nobody can change any more (memfd_create(2)). A container runtime starts itself again from such a copy, so that
/// no box can change the program on the disk (CVE-2019-5736); begun from one that exists already it saves the copy, a mount and a program start for
/// each box. Source: is_self_cloned in crun's src/libcrun/cloned_binary.c; runc's contrib/cmd/memfd-bind does the same.
/// </summary>
internal static unsafe class SealedProgram
{
    private const uint CloseOnExec = 1, AllowSealing = 2;

    // fcntl(2). All four and no other: that is what the runtimes ask for.
    private const int AddSeals = 1033, Sealed = 1, NoShrinking = 2, NoGrowing = 4, NoWriting = 8;

    private static readonly ConcurrentDictionary<string, Lazy<string>> Copies = new(StringComparer.Ordinal);

    /// <summary>
    /// A path to the copy, for what this process starts, itself or through others, while it lives; the program's own path where no copy can be made
    /// or run. A program that is replaced on the disk meanwhile stays as it was.
    /// </summary>
    public static string Of(string program) => Copies.GetOrAdd(program, static path => new Lazy<string>(() => Copy(path) ?? path)).Value;

    private static string? Copy(string program)
    {
        var from = Libc.OpenFile(program, write: false);
        if (from < 0) return null;
        var copy = Libc.MemoryFile("glovebox " + Path.GetFileName(program), CloseOnExec | AllowSealing);
        var path = string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{copy}");
        // An administrator may have forbidden to run what lies in memory (vm.memfd_noexec).
        var whole = copy >= 0 && Fill(copy, from) && Libc.Control(copy, AddSeals, Sealed | NoShrinking | NoGrowing | NoWriting) == 0
            && Libc.Access(path, Libc.MayExecute) == 0;
        _ = Libc.Close(from);
        if (whole) return path;
        if (copy >= 0) _ = Libc.Close(copy);
        return null;
    }

    private static bool Fill(int copy, int from)
    {
        nint sent;
        while ((sent = Libc.SendFile(copy, from, null, 1 << 20)) > 0)
        {
        }
        return sent == 0;
    }
}
