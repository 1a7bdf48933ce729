namespace Glovebox.Linux;

/// <summary>
/// Ties a command to this process's life. The command holds the reading end of a pipe in which nothing is ever written, this process the other; when
/// that one closes, which the kernel sees to even after kill -9, the kernel kills the command's process group (fcntl(2): O_ASYNC, F_SETSIG, F_SETOWN; pipe(7)).
/// A parent-death signal would need a program of its own to be set, and would reach the first process alone.
/// </summary>
internal sealed class LifeLine : IDisposable
{
    /// <summary>The number that the pipe's end has in the command: one that no program uses by habit.</summary>
    public const int Number = 99;

    private const int SetFlags = 4, SetOwner = 8, SetSignal = 10;
    private const int Asynchronous = 0x2000;

    private readonly PipeEnds _pipe = new();

    public int End => _pipe.Read;

    /// <param name="leader">A child of this process that leads a process group and holds <see cref="End"/>.</param>
    public void Bind(int leader)
    {
        if (Libc.Control(_pipe.Read, SetOwner, -leader) != 0 || Libc.Control(_pipe.Read, SetSignal, Libc.Kill) != 0
            || Libc.Control(_pipe.Read, SetFlags, Asynchronous) != 0)
        {
            throw new InvalidOperationException($"A command could not be tied to this process: {Libc.LastError()}.");
        }
        _pipe.CloseRead();
    }

    /// <summary>Kills what is left of the group.</summary>
    public void Dispose() => _pipe.Dispose();
}
