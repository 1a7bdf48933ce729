namespace Glovebox.Linux;

/// <summary>An anonymous pipe whose ends no child inherits by accident.</summary>
internal sealed class PipeEnds : IDisposable
{
    private int _read = -1;
    private int _write = -1;

    public unsafe PipeEnds()
    {
        var ends = stackalloc int[2];
        if (Libc.Pipe(ends, Libc.CloseOnExec) != 0) throw new IOException($"A pipe could not be made: {Libc.LastError()}.");
        (_read, _write) = (ends[0], ends[1]);
    }

    public int Read => _read;
    public int Write => _write;

    /// <summary>Wakes whoever reads, with one byte.</summary>
    public unsafe void Send()
    {
        byte order = 1;
        _ = Libc.Write(_write, &order, 1);
    }

    /// <summary>Reads to the next line feed, or to the end.</summary>
    public unsafe string ReadLine()
    {
        var line = new List<byte>();
        byte next;
        while (Libc.Read(_read, &next, 1) > 0 && next != (byte)'\n') line.Add(next);
        return System.Text.Encoding.UTF8.GetString([.. line]);
    }

    public void CloseWrite() => Close(ref _write);

    public void CloseRead() => Close(ref _read);

    public void Dispose()
    {
        Close(ref _write);
        Close(ref _read);
    }

    private static void Close(ref int end)
    {
        var file = Interlocked.Exchange(ref end, -1);
        if (file >= 0) _ = Libc.Close(file);
    }
}
