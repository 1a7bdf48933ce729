namespace Glovebox.Files;

/// <summary>Names as the C library takes them: with a NUL behind.</summary>
internal static class Name
{
    /// <summary>Room on the stack for any one name and for most relative paths.</summary>
    public const int Room = 512;

    /// <summary>The name with its NUL, in the buffer when it fits.</summary>
    /// <exception cref="ArgumentException">The name holds a NUL: the kernel would take its first part for the whole.</exception>
    public static ReadOnlySpan<byte> Terminate(ReadOnlySpan<byte> name, Span<byte> buffer)
    {
        if (name.IndexOf((byte)0) >= 0) throw new ArgumentException("a file name cannot hold a NUL");
        // IndexOf and not Contains: that one is compiled ahead of time in the runtime, and this is called for every file.
        var target = name.Length < buffer.Length ? buffer[..(name.Length + 1)] : new byte[name.Length + 1];
        name.CopyTo(target);
        target[name.Length] = 0;
        return target;
    }

    /// <summary>Splits a relative path into the folder (empty when none) and the name.</summary>
    public static ReadOnlySpan<byte> Split(ReadOnlySpan<byte> path, out ReadOnlySpan<byte> folder)
    {
        var slash = path.LastIndexOf((byte)'/');
        folder = slash < 0 ? [] : path[..slash];
        return path[(slash + 1)..];
    }
}
