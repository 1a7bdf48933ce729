using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Glovebox.Files;

/// <summary>Reading and writing open files in whole buffers, with errors that know the path.</summary>
internal static unsafe class FileContent
{
    private const uint StatMask = 0x7FF | 0x800;
    private const nuint CloneRequest = 0x40049409;

    public static bool TryStat(int folder, byte* name, int flags, out FileState state, out int errno)
    {
        Libc.StatX stat;
        if (Libc.Stat(folder, name, flags, StatMask, &stat) == 0)
        {
            state = FileState.From(&stat);
            errno = 0;
            return true;
        }
        state = default;
        errno = Marshal.GetLastPInvokeError();
        return false;
    }

    public static FileState Stat(SafeFileHandle file, string path)
    {
        byte empty = 0;
        return TryStat(Fd(file), &empty, AtFlags.EmptyPath, out var state, out var errno) ? state : throw new FileException("read", path, errno);
    }

    /// <summary>Reads until the buffer is full or the file ends.</summary>
    /// <returns>Bytes read: fewer than asked for only at the end.</returns>
    public static int Fill(SafeFileHandle file, Span<byte> buffer, string path)
    {
        var filled = 0;
        fixed (byte* start = buffer)
        {
            while (filled < buffer.Length)
            {
                var count = Libc.Read(Fd(file), start + filled, buffer.Length - filled);
                if (count == 0) break;
                if (count > 0) filled += (int)count;
                else if (Marshal.GetLastPInvokeError() != Errno.Interrupted) throw FileException.Last("read", path);
            }
        }
        return filled;
    }

    public static void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, string path)
    {
        fixed (byte* start = bytes)
        {
            for (var written = 0; written < bytes.Length;)
            {
                var count = Libc.Write(Fd(file), start + written, bytes.Length - written);
                if (count >= 0) written += (int)count;
                else if (Marshal.GetLastPInvokeError() != Errno.Interrupted) throw FileException.Last("write", path);
            }
        }
    }

    /// <summary>Goes to an offset from the start.</summary>
    public static void Seek(SafeFileHandle file, long offset, string path)
    {
        if (Libc.Seek(Fd(file), offset, 0) < 0) throw FileException.Last("read", path);
    }

    /// <summary>Moves on without writing: what is passed over becomes a hole, once something or <see cref="SetLength"/> ends behind it.</summary>
    public static void Skip(SafeFileHandle file, long count, string path)
    {
        if (Libc.Seek(Fd(file), count, 1) < 0) throw FileException.Last("write", path);
    }

    public static void SetLength(SafeFileHandle file, long length, string path)
    {
        if (Libc.Truncate(Fd(file), length) != 0) throw FileException.Last("write", path);
    }

    public static void Flush(SafeFileHandle file, string path)
    {
        if (Libc.Sync(Fd(file)) != 0) throw FileException.Last("write", path);
    }

    public static void ChangeMode(SafeFileHandle file, int mode, string path)
    {
        if (Libc.ChangeMode(Fd(file), (uint)mode) != 0) throw FileException.Last("change the mode of", path);
    }

    public static void ChangeOwner(SafeFileHandle file, uint user, uint group, string path)
    {
        if (Libc.ChangeOwner(Fd(file), user, group) != 0) throw FileException.Last("change the owner of", path);
    }

    /// <summary>Makes the empty file share the other's extents (FICLONE: btrfs, xfs, bcachefs).</summary>
    /// <returns>False where the file system cannot; the file is then still empty.</returns>
    public static bool TryClone(SafeFileHandle from, SafeFileHandle to) => Libc.Control(Fd(to), CloneRequest, Fd(from)) == 0;

    /// <summary>The value of an extended attribute when it is there and no longer than the buffer; else -1.</summary>
    public static int ReadAttribute(int fd, ReadOnlySpan<byte> name, Span<byte> value)
    {
        fixed (byte* pointer = Name.Terminate(name, stackalloc byte[Name.Room]))
        fixed (byte* room = value)
            return (int)Libc.GetAttribute(fd, pointer, room, value.Length);
    }

    /// <summary>The names of a file's extended attributes, each with its NUL; empty where there are none or no support.</summary>
    public static byte[] ListAttributes(int fd)
    {
        var buffer = stackalloc byte[1024];
        var length = Libc.ListAttributes(fd, buffer, 1024);
        if (length >= 0) return new ReadOnlySpan<byte>(buffer, (int)length).ToArray();
        if (Marshal.GetLastPInvokeError() == Errno.NotSupported) return [];
        var large = new byte[64 * 1024];
        fixed (byte* start = large) length = Libc.ListAttributes(fd, start, large.Length);
        return length > 0 ? large[..(int)length] : [];
    }

    public static int Fd(SafeFileHandle file) => (int)file.DangerousGetHandle();
}
