using Microsoft.Win32.SafeHandles;

namespace Glovebox.Files;

/// <summary>
/// An open directory. What is in it is reached by name from the open descriptor and links are never followed, so nobody who swaps a
/// directory for a link meanwhile can lead us elsewhere. Names and relative paths are the kernel's bytes.
/// </summary>
internal sealed unsafe partial class Folder : IDisposable
{
    /// <summary>No directory: the names given to it are whole paths, which a person or our own configuration chose.</summary>
    public static readonly Folder WholePaths = new(AtFlags.CurrentFolder, "", []);

    private readonly string _root;
    private readonly byte[] _relative;
    private int _fd;

    private Folder(int fd, string root, byte[] relative)
    {
        _fd = fd;
        _root = root;
        _relative = relative;
    }

    /// <summary>The path as it was opened, for messages only.</summary>
    public string Path => PathOf([]);

    internal int Descriptor => _fd;

    /// <summary>Opens the directory a person named: links on the way to it are theirs to use.</summary>
    /// <exception cref="FileException">It is missing, not a directory, or closed to us.</exception>
    public static Folder Open(string path)
    {
        fixed (byte* name = Name.Terminate(PathBytes.FromText(path), stackalloc byte[Name.Room]))
        {
            var fd = Libc.Open(name, OpenFlags.ReadOnly | OpenFlags.Folder | OpenFlags.CloseOnExec, 0);
            return fd >= 0 ? new Folder(fd, path, []) : throw FileException.Last("open directory", path);
        }
    }

    /// <summary>Opens a directory below by its relative path (empty for this one again); no part of it may be a link.</summary>
    /// <exception cref="FileException">It is missing, a link or not a directory.</exception>
    public Folder OpenFolder(ReadOnlySpan<byte> relative) =>
        TryOpenFolder(relative, out var errno) ?? throw new FileException("open directory", PathOf(relative), errno);

    /// <summary>As <see cref="OpenFolder"/>, null when it cannot be opened.</summary>
    public Folder? TryOpenFolder(ReadOnlySpan<byte> relative, out int errno)
    {
        var fd = Beneath.Open(_fd, relative.IsEmpty ? "."u8 : relative, out errno);
        return fd < 0 ? null : new Folder(fd, _root, Join(_relative, relative));
    }

    /// <summary>Opens one directory of this one, which may be a whole path for <see cref="WholePaths"/>; it may not be a link itself.</summary>
    public Folder OpenChild(ReadOnlySpan<byte> name)
    {
        fixed (byte* pointer = Name.Terminate(name, stackalloc byte[Name.Room]))
        {
            var fd = Libc.OpenAt(_fd, pointer, OpenFlags.ReadOnly | OpenFlags.Folder | OpenFlags.NoFollow | OpenFlags.CloseOnExec, 0);
            return fd >= 0 ? new Folder(fd, _root, Join(_relative, name)) : throw FileException.Last("open directory", PathOf(name));
        }
    }

    /// <summary>The state of an entry, a link's own and not its target's; null when there is no such entry.</summary>
    public FileState? Stat(ReadOnlySpan<byte> name)
    {
        if (TryStat(name, out var state, out var errno)) return state;
        return errno is Errno.NotFound ? null : throw new FileException("read", PathOf(name), errno);
    }

    public bool TryStat(ReadOnlySpan<byte> name, out FileState state, out int errno)
    {
        fixed (byte* pointer = Name.Terminate(name, stackalloc byte[Name.Room]))
            return FileContent.TryStat(_fd, pointer, AtFlags.NoFollow | AtFlags.NoAutomount, out state, out errno);
    }

    public bool Exists(ReadOnlySpan<byte> name)
    {
        fixed (byte* pointer = Name.Terminate(name, stackalloc byte[Name.Room]))
            return Libc.Access(_fd, pointer, 0, 0) == 0;
    }

    /// <summary>The state of the directory itself.</summary>
    public FileState Stat()
    {
        byte empty = 0;
        return FileContent.TryStat(_fd, &empty, AtFlags.EmptyPath, out var state, out var errno)
            ? state : throw new FileException("read", Path, errno);
    }

    /// <summary>Where a link points.</summary>
    public byte[] ReadLink(ReadOnlySpan<byte> name) =>
        TryReadLink(name, out var errno) ?? throw new FileException("read link", PathOf(name), errno);

    /// <summary>As <see cref="ReadLink"/>, null when it cannot be read.</summary>
    public byte[]? TryReadLink(ReadOnlySpan<byte> name, out int errno)
    {
        const int Longest = 4096;
        var target = stackalloc byte[Longest];
        fixed (byte* pointer = Name.Terminate(name, stackalloc byte[Name.Room]))
        {
            var length = Libc.ReadLink(_fd, pointer, target, Longest);
            errno = length < 0 ? System.Runtime.InteropServices.Marshal.GetLastPInvokeError() : 0;
            return length < 0 ? null : new ReadOnlySpan<byte>(target, (int)length).ToArray();
        }
    }

    /// <summary>Opens a file for reading; a link, or a pipe somebody put there, does not open or hold us up.</summary>
    public SafeFileHandle OpenFile(ReadOnlySpan<byte> name) =>
        TryOpenFile(name, out var errno) ?? throw new FileException("open", PathOf(name), errno);

    /// <summary>As <see cref="OpenFile"/>, null when it cannot be opened.</summary>
    public SafeFileHandle? TryOpenFile(ReadOnlySpan<byte> name, out int errno) =>
        Open(name, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking | OpenFlags.CloseOnExec, 0, out errno);

    private SafeFileHandle? Open(ReadOnlySpan<byte> name, int flags, uint mode, out int errno)
    {
        fixed (byte* pointer = Name.Terminate(name, stackalloc byte[Name.Room]))
        {
            var fd = Libc.OpenAt(_fd, pointer, flags, mode);
            errno = fd < 0 ? System.Runtime.InteropServices.Marshal.GetLastPInvokeError() : 0;
            return fd < 0 ? null : new SafeFileHandle(fd, ownsHandle: true);
        }
    }

    /// <summary>The path of an entry, for messages only.</summary>
    public string PathOf(ReadOnlySpan<byte> name)
    {
        var below = PathBytes.ToText(Join(_relative, name));
        return below.Length == 0 ? _root : System.IO.Path.Join(_root, below);
    }

    private static byte[] Join(byte[] folder, ReadOnlySpan<byte> name) =>
        name.IsEmpty ? folder : folder.Length == 0 ? name.ToArray() : [.. folder, (byte)'/', .. name];

    public void Dispose()
    {
        if (_fd >= 0) _ = Libc.Close(_fd);
        _fd = -1;
    }
}
