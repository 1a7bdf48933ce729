using Glovebox.Files;
using Microsoft.Win32.SafeHandles;

namespace Glovebox.Snapshots.Uppers;

/// <summary>
/// Opens what a box closed even to its owner: the upper directory is ours, so its modes are opened for as long as it is read, and put back.
/// The box is gone, so nobody changes names under us here.
/// </summary>
internal sealed class UpperAccess : IDisposable
{
    private const int ReadFolder = 0x140, ReadFile = 0x100;

    private readonly Stack<(Folder Folder, int Mode)> _opened = [];

    /// <summary>Opens the upper directory itself.</summary>
    public Folder OpenRoot(string path)
    {
        var bytes = PathBytes.FromText(Path.GetFullPath(path));
        var state = Folder.WholePaths.Stat(bytes) ?? throw new FileException("open directory", path, Errno.NotFound);
        return OpenFolder(Folder.WholePaths, bytes, state);
    }

    public Folder OpenFolder(Folder parent, byte[] name, FileState state)
    {
        if ((state.Permissions & ReadFolder) == ReadFolder) return parent.OpenChild(name);
        parent.TryChangeMode(name, state.Permissions | ReadFolder);
        _opened.Push((parent.OpenChild(name), state.Permissions));
        return parent.OpenChild(name);
    }

    public static SafeFileHandle OpenFile(Folder folder, ReadOnlySpan<byte> name, FileState state)
    {
        if ((state.Permissions & ReadFile) != 0) return folder.OpenFile(name);
        folder.TryChangeMode(name, state.Permissions | ReadFile);
        try
        {
            return folder.OpenFile(name);
        }
        finally
        {
            folder.TryChangeMode(name, state.Permissions);
        }
    }

    public void Dispose()
    {
        foreach (var (folder, mode) in _opened)
        {
            folder.ChangeMode(mode);
            folder.Dispose();
        }
    }
}
