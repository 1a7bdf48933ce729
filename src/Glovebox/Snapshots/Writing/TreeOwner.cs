using Glovebox.Files;
using Microsoft.Win32.SafeHandles;

namespace Glovebox.Snapshots.Writing;

/// <summary>As root, what is made in a tree belongs to the owner of its root directory; as another user, to that user.</summary>
internal sealed class TreeOwner(Folder root)
{
    private readonly FileState _root = root.Stat();

    public bool IsSuperuser { get; } = Libc.EffectiveUser() == 0;

    /// <summary>The file system that the tree is on.</summary>
    public ulong Device => _root.Device;

    /// <summary>Gives a file that was just made its owner and mode.</summary>
    public void Finish(SafeFileHandle file, int mode, string path) => Finish(file, mode, path, made: default);

    /// <summary>Gives a file its owner and mode.</summary>
    /// <param name="made">Its state now.</param>
    public void Finish(SafeFileHandle file, int mode, string path, FileState made)
    {
        // A change of owner clears bits of the mode, so the mode comes last.
        if (IsSuperuser && (made.User, made.Group) != (_root.User, _root.Group)) FileContent.ChangeOwner(file, _root.User, _root.Group, path);
        FileContent.ChangeMode(file, mode, path);
    }

    /// <summary>Gives a directory or link that was just made its owner.</summary>
    public void Give(Folder parent, byte[] name)
    {
        if (IsSuperuser && (_root.User, _root.Group) != (0, 0)) parent.ChangeOwner(name, _root.User, _root.Group);
    }
}
