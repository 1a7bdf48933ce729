namespace Glovebox.Snapshots;

/// <summary>The permission bits that a tree keeps: never setuid or setgid, and the sticky bit for directories alone.</summary>
internal static class TreeModes
{
    public const int File = 0x1FF;
    public const int Folder = 0x3FF;
    public const int Link = 0x1FF;
}
