using System.Runtime.InteropServices;

namespace Glovebox.Linux;

/// <summary>What the kernel says of a file: <c>struct statx</c>, whose layout is the same on every machine (statx(2)).</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal unsafe struct FileFacts
{
    private const int CurrentDirectory = -100, NoFollow = 0x100;
    private const uint BasicFacts = 0x7ff;
    private const int TypeMask = 0xf000, Directory = 0x4000, Regular = 0x8000, Link = 0xa000, CharacterDevice = 0x2000;

    [FieldOffset(16)] public uint Links;
    [FieldOffset(20)] public uint User;
    [FieldOffset(24)] public uint Group;
    [FieldOffset(28)] public ushort Mode;
    [FieldOffset(32)] public ulong Inode;
    [FieldOffset(48)] public ulong Blocks;
    [FieldOffset(128)] public uint DeviceTypeMajor;
    [FieldOffset(132)] public uint DeviceTypeMinor;
    [FieldOffset(136)] public uint DeviceMajor;
    [FieldOffset(140)] public uint DeviceMinor;

    public readonly bool IsDirectory => (Mode & TypeMask) == Directory;
    public readonly bool IsRegular => (Mode & TypeMask) == Regular;
    public readonly bool IsLink => (Mode & TypeMask) == Link;

    /// <summary>The overlay's mark for "deleted here": a character device 0:0.</summary>
    public readonly bool IsWhiteout => (Mode & TypeMask) == CharacterDevice && DeviceTypeMajor == 0 && DeviceTypeMinor == 0;

    /// <summary>Bytes taken on the disk.</summary>
    public readonly long Allocated => (long)Blocks * 512;

    /// <summary>Reads the facts of a path, of the link itself when it is one. False when there is nothing that this user can see.</summary>
    public static bool TryRead(string path, out FileFacts facts)
    {
        fixed (FileFacts* p = &facts) return Libc.Stat(CurrentDirectory, path, NoFollow, BasicFacts, p) == 0;
    }
}
