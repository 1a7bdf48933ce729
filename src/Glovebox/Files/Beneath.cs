using System.Runtime.InteropServices;

namespace Glovebox.Files;

/// <summary>Opens a directory below another one, never through a link: in one call where the kernel has it (openat2, Linux 5.6).</summary>
internal static unsafe class Beneath
{
    private const nint OpenAt2 = 437;
    private const ulong NoMagicLinks = 2, NoLinks = 4, StayBeneath = 8;

    private static volatile bool _stepwise;

    /// <returns>The descriptor, or -1.</returns>
    public static int Open(int folder, ReadOnlySpan<byte> relative, out int errno)
    {
        if (!_stepwise)
        {
            var fd = OpenWhole(folder, relative, out errno);
            if (fd >= 0) return fd;
            // Seccomp filters older than the call answer "not permitted".
            if (errno is Errno.NotImplemented or Errno.NotPermitted) _stepwise = true;
            else if (errno != Errno.NameTooLong) return fd;
        }
        return OpenStepwise(folder, relative, out errno);
    }

    private static int OpenWhole(int folder, ReadOnlySpan<byte> relative, out int errno)
    {
        var how = new Libc.OpenHow
        {
            Flags = (ulong)(OpenFlags.Folder | OpenFlags.NoFollow | OpenFlags.CloseOnExec),
            Resolve = NoMagicLinks | NoLinks | StayBeneath,
        };
        fixed (byte* path = Name.Terminate(relative, stackalloc byte[Name.Room]))
        {
            while (true)
            {
                var fd = (int)Libc.OpenAt2(OpenAt2, folder, path, &how, sizeof(Libc.OpenHow));
                errno = fd < 0 ? Marshal.GetLastPInvokeError() : 0;
                // The kernel gives up on '..' races with EAGAIN; there is no '..' here, but it costs nothing to hold to its rule.
                if (errno is not (Errno.WouldBlock or Errno.Interrupted)) return fd;
            }
        }
    }

    /// <summary>One part after the other: for old kernels, and for paths longer than the 4,096 bytes one call takes.</summary>
    internal static int OpenStepwise(int folder, ReadOnlySpan<byte> relative, out int errno)
    {
        Span<byte> room = stackalloc byte[Name.Room];
        var current = folder;
        errno = 0;
        while (true)
        {
            var slash = relative.IndexOf((byte)'/');
            var part = slash < 0 ? relative : relative[..slash];
            if (part.SequenceEqual(".."u8)) throw new ArgumentException("a relative path cannot hold '..'");
            int next;
            fixed (byte* name = Name.Terminate(part, room))
                next = Libc.OpenAt(current, name, OpenFlags.Folder | OpenFlags.NoFollow | OpenFlags.CloseOnExec, 0);
            if (next < 0) errno = Marshal.GetLastPInvokeError();
            if (current != folder) _ = Libc.Close(current);
            if (next < 0 || slash < 0) return next;
            current = next;
            relative = relative[(slash + 1)..];
        }
    }
}
