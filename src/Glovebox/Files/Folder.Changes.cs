using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Glovebox.Files;

/// <summary>The calls that change what a directory holds.</summary>
internal sealed unsafe partial class Folder
{
    /// <summary>Makes a new, empty file open for writing and reading. The mode is cut by the umask.</summary>
    /// <exception cref="FileException">There is such an entry, or it cannot be made.</exception>
    public SafeFileHandle CreateFile(ReadOnlySpan<byte> name, int mode) =>
        TryCreateFile(name, mode, out var errno) ?? throw new FileException("create", PathOf(name), errno);

    /// <summary>As <see cref="CreateFile"/>, null when it cannot be made.</summary>
    public SafeFileHandle? TryCreateFile(ReadOnlySpan<byte> name, int mode, out int errno) => Open(
        name, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow | OpenFlags.CloseOnExec, (uint)mode, out errno);

    /// <returns>False when there is an entry of that name.</returns>
    public bool MakeFolder(ReadOnlySpan<byte> name, int mode)
    {
        fixed (byte* pointer = Name.Terminate(name, stackalloc byte[Name.Room]))
        {
            if (Libc.MakeFolder(_fd, pointer, (uint)mode) == 0) return true;
            var errno = Marshal.GetLastPInvokeError();
            return errno == Errno.Exists ? false : throw new FileException("make directory", PathOf(name), errno);
        }
    }

    public void MakeLink(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target)
    {
        fixed (byte* pointer = Name.Terminate(name, stackalloc byte[Name.Room]))
        fixed (byte* targetPointer = Name.Terminate(target, stackalloc byte[Name.Room]))
        {
            if (Libc.MakeLink(targetPointer, _fd, pointer) != 0) throw FileException.Last("make link", PathOf(name));
        }
    }

    /// <summary>Removes a file or link; nothing when it is not there.</summary>
    public void DeleteFile(ReadOnlySpan<byte> name)
    {
        var errno = Unlink(name, 0);
        if (errno is not (0 or Errno.NotFound)) throw new FileException("remove", PathOf(name), errno);
    }

    /// <summary>Removes an empty directory; nothing when it is not there.</summary>
    /// <returns>False when it is not empty.</returns>
    public bool DeleteFolder(ReadOnlySpan<byte> name)
    {
        var errno = Unlink(name, AtFlags.RemoveFolder);
        // POSIX lets a file system say either for a directory that is not empty.
        if (errno is Errno.NotEmpty or Errno.Exists) return false;
        return errno is 0 or Errno.NotFound ? true : throw new FileException("remove directory", PathOf(name), errno);
    }

    private int Unlink(ReadOnlySpan<byte> name, int flags)
    {
        fixed (byte* pointer = Name.Terminate(name, stackalloc byte[Name.Room]))
            return Libc.Unlink(_fd, pointer, flags) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    /// <summary>Renames over what is there.</summary>
    public void Rename(ReadOnlySpan<byte> name, Folder to, ReadOnlySpan<byte> newName)
    {
        if (!TryRename(name, to, newName, out var errno)) throw new FileException("rename to", to.PathOf(newName), errno);
    }

    public bool TryRename(ReadOnlySpan<byte> name, Folder to, ReadOnlySpan<byte> newName, out int errno)
    {
        fixed (byte* from = Name.Terminate(name, stackalloc byte[Name.Room]))
        fixed (byte* target = Name.Terminate(newName, stackalloc byte[Name.Room]))
        {
            errno = Libc.Rename(_fd, from, to._fd, target) == 0 ? 0 : Marshal.GetLastPInvokeError();
            return errno == 0;
        }
    }

    /// <summary>Waits until the names in this directory are on the disk.</summary>
    public void Flush()
    {
        using var handle = new SafeFileHandle(_fd, ownsHandle: false);
        FileContent.Flush(handle, Path);
    }

    /// <summary>Sets the permissions of the directory itself.</summary>
    public void ChangeMode(int mode)
    {
        if (Libc.ChangeMode(_fd, (uint)mode) != 0) throw FileException.Last("change the mode of", Path);
    }

    /// <summary>
    /// Sets an entry's permissions by name. A link of that name would be followed (Linux has no other way by name), so this is for trees
    /// that no one else writes any more.
    /// </summary>
    public bool TryChangeMode(ReadOnlySpan<byte> name, int mode)
    {
        fixed (byte* pointer = Name.Terminate(name, stackalloc byte[Name.Room]))
            return Libc.ChangeModeAt(_fd, pointer, (uint)mode, 0) == 0;
    }

    /// <summary>Gives an entry, a link itself and not its target, to another owner.</summary>
    public void ChangeOwner(ReadOnlySpan<byte> name, uint user, uint group)
    {
        fixed (byte* pointer = Name.Terminate(name, stackalloc byte[Name.Room]))
        {
            if (Libc.ChangeOwnerAt(_fd, pointer, user, group, AtFlags.NoFollow) != 0)
                throw FileException.Last("change the owner of", PathOf(name));
        }
    }
}
