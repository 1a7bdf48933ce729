using System.Runtime.InteropServices;

namespace Glovebox.Files;

/// <summary>What a name in a folder stands for.</summary>
internal enum FileKind : byte
{
    Unknown,
    File,
    Folder,
    Link,
    CharacterDevice,

    /// <summary>Sockets, pipes, block devices.</summary>
    Other,
}

/// <summary>What statx(2) says of a file. Times are nanoseconds since 1970.</summary>
/// <param name="Permissions">The low twelve bits of the mode.</param>
/// <param name="Born">0 where the file system does not know it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FileState(
    FileKind Kind, int Permissions, long Size, long Modified, long Changed, long Born,
    ulong Inode, ulong Device, ulong DeviceNode, uint User, uint Group, uint Links)
{
    private const uint BirthMask = 0x800;

    public static unsafe FileState From(Libc.StatX* stat) => new(
        KindOf(stat->Mode), stat->Mode & 0xFFF, (long)stat->Size,
        Nanoseconds(stat->ModifySeconds, stat->ModifyNanoseconds), Nanoseconds(stat->ChangeSeconds, stat->ChangeNanoseconds),
        (stat->Mask & BirthMask) == 0 ? 0 : Nanoseconds(stat->BirthSeconds, stat->BirthNanoseconds),
        stat->Inode, Pair(stat->DeviceMajor, stat->DeviceMinor), Pair(stat->DeviceNodeMajor, stat->DeviceNodeMinor),
        stat->User, stat->Group, stat->Links);

    private static long Nanoseconds(long seconds, uint nanoseconds) => unchecked(seconds * 1_000_000_000 + nanoseconds);

    private static ulong Pair(uint major, uint minor) => ((ulong)major << 32) | minor;

    private static FileKind KindOf(int mode) => (mode & 0xF000) switch
    {
        0x8000 => FileKind.File,
        0x4000 => FileKind.Folder,
        0xA000 => FileKind.Link,
        0x2000 => FileKind.CharacterDevice,
        _ => FileKind.Other,
    };

    /// <summary>From the type in a directory entry, which some file systems leave unknown.</summary>
    public static FileKind KindOfEntry(byte type) => type switch
    {
        8 => FileKind.File,
        4 => FileKind.Folder,
        10 => FileKind.Link,
        2 => FileKind.CharacterDevice,
        0 => FileKind.Unknown,
        _ => FileKind.Other,
    };
}
