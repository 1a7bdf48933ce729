using System.Runtime.InteropServices;
using Glovebox.Files;
using Microsoft.Win32.SafeHandles;

namespace Glovebox.Images.Layers;

/// <summary>The calls on a layer's files that no other tree needs: times, devices, hard links, overlay's attributes.</summary>
internal static unsafe partial class LayerCalls
{
    private const uint CharacterDevice = 0x2000;

    private static ReadOnlySpan<byte> TrustedOpaque => "trusted.overlay.opaque"u8;
    private static ReadOnlySpan<byte> UserOpaque => "user.overlay.opaque"u8;
    private static ReadOnlySpan<byte> Capability => "security.capability"u8;

    /// <summary>Sets the time of last change, of a link itself and not its target.</summary>
    public static void SetModified(Folder folder, ReadOnlySpan<byte> name, long seconds)
    {
        var times = stackalloc long[4] { 0, OmitNanoseconds, seconds, 0 };
        fixed (byte* pointer = Name.Terminate(name, stackalloc byte[Name.Room]))
        {
            if (SetTimes(folder.Descriptor, pointer, times, AtFlags.NoFollow) != 0)
                throw FileException.Last("set the time of", folder.PathOf(name));
        }
    }

    /// <summary>Makes overlay's mark for a removed path: a character device 0:0 (Linux, Documentation/filesystems/overlayfs.rst).</summary>
    public static void MakeWhiteout(Folder folder, ReadOnlySpan<byte> name)
    {
        fixed (byte* pointer = Name.Terminate(name, stackalloc byte[Name.Room]))
        {
            if (MakeNode(folder.Descriptor, pointer, CharacterDevice, 0) != 0)
                throw FileException.Last("mark as removed", folder.PathOf(name));
        }
    }

    public static void MakeHardLink(Folder from, ReadOnlySpan<byte> name, Folder to, ReadOnlySpan<byte> newName)
    {
        fixed (byte* source = Name.Terminate(name, stackalloc byte[Name.Room]))
        fixed (byte* target = Name.Terminate(newName, stackalloc byte[Name.Room]))
        {
            if (Link(from.Descriptor, source, to.Descriptor, target, 0) != 0)
                throw FileException.Last("make hard link", to.PathOf(newName));
        }
    }

    public static bool IsOpaque(Folder folder)
    {
        Span<byte> value = stackalloc byte[8];
        foreach (var trusted in (ReadOnlySpan<bool>)[true, false])
        {
            var length = FileContent.ReadAttribute(folder.Descriptor, trusted ? TrustedOpaque : UserOpaque, value);
            if (length == 1 && value[0] == (byte)'y') return true;
        }
        return false;
    }

    /// <summary>The directory's content is elsewhere in the layers below: an overlay mounted with redirect_dir.</summary>
    public static bool IsRedirected(Folder folder)
    {
        Span<byte> value = stackalloc byte[256];
        return FileContent.ReadAttribute(folder.Descriptor, "trusted.overlay.redirect"u8, value) > 0;
    }

    public static void SetOpaque(Folder folder)
    {
        var trusted = Libc.EffectiveUser() == 0;
        if (!TrySetAttribute(folder.Descriptor, trusted ? TrustedOpaque : UserOpaque, "y"u8))
            throw FileException.Last("mark as opaque", folder.Path);
    }

    public static byte[]? ReadCapability(SafeFileHandle file)
    {
        Span<byte> value = stackalloc byte[64];
        var length = FileContent.ReadAttribute(FileContent.Fd(file), Capability, value);
        return length > 0 ? value[..length].ToArray() : null;
    }

    public static void SetCapability(SafeFileHandle file, ReadOnlySpan<byte> value, string path)
    {
        if (!TrySetAttribute(FileContent.Fd(file), Capability, value)) throw FileException.Last("set the capabilities of", path);
    }

    /// <summary>Has everything written to the file system of this directory on the disk before it returns.</summary>
    public static void Flush(Folder folder)
    {
        if (SyncFileSystem(folder.Descriptor) != 0) throw FileException.Last("write", folder.Path);
    }

    private static bool TrySetAttribute(int fd, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        fixed (byte* pointer = Name.Terminate(name, stackalloc byte[Name.Room]))
        fixed (byte* bytes = value)
            return SetAttribute(fd, pointer, bytes, value.Length, 0) == 0;
    }

    /// <summary>UTIME_OMIT of utimensat(2).</summary>
    private const long OmitNanoseconds = 0x3FFFFFFE;

    [LibraryImport("libc", EntryPoint = "utimensat", SetLastError = true)]
    private static partial int SetTimes(int folder, byte* path, long* times, int flags);

    [LibraryImport("libc", EntryPoint = "mknodat", SetLastError = true)]
    private static partial int MakeNode(int folder, byte* path, uint mode, ulong device);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true)]
    private static partial int Link(int fromFolder, byte* from, int toFolder, byte* to, int flags);

    [LibraryImport("libc", EntryPoint = "fsetxattr", SetLastError = true)]
    private static partial int SetAttribute(int fd, byte* name, byte* value, nint size, int flags);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    private static partial int SyncFileSystem(int fd);
}
