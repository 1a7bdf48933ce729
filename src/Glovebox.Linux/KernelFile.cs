namespace Glovebox.Linux;

/// <summary>A small file of the kernel's (cgroups, proc): no lock, no buffer, one call to write and one to read.</summary>
internal static unsafe class KernelFile
{
    private const int MostBytes = 4096;

    /// <summary>Opened for writing, to be closed by the caller.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static int OpenWrite(string path)
    {
        var file = Libc.OpenFile(path, write: true);
        return file >= 0 ? file : throw new IOException($"'{path}' could not be opened: {Libc.LastError()}.");
    }

    /// <exception cref="IOException">The kernel does not take it.</exception>
    public static void Write(string path, string text)
    {
        var file = OpenWrite(path);
        Span<byte> bytes = stackalloc byte[text.Length * 3];
        var length = System.Text.Encoding.UTF8.GetBytes(text, bytes);
        nint written;
        fixed (byte* p = bytes) written = Libc.Write(file, p, (nuint)length);
        var reason = written < 0 ? Libc.LastError() : null;
        _ = Libc.Close(file);
        if (reason is not null) throw new IOException($"'{text}' could not be written to '{path}': {reason}.");
    }

    /// <summary>The text; null when there is no such file.</summary>
    public static string? TryRead(string path)
    {
        var file = Libc.OpenFile(path, write: false);
        if (file < 0) return null;
        var bytes = stackalloc byte[MostBytes];
        var length = 0;
        nint read;
        while (length < MostBytes && (read = Libc.Read(file, bytes + length, (nuint)(MostBytes - length))) > 0) length += (int)read;
        _ = Libc.Close(file);
        return System.Text.Encoding.UTF8.GetString(bytes, length);
    }
}
