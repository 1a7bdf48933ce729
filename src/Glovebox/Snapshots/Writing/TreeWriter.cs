using System.Text;
using Glovebox.Blobs;
using Glovebox.Files;

namespace Glovebox.Snapshots.Writing;

/// <summary>
/// Changes a tree entry by entry, each of them whole or not at all. Paths are followed from the open root through real directories only, so
/// nothing outside can be reached. As root, what is made belongs to the owner of the tree. Not for several threads at once.
/// </summary>
/// <param name="step">Called before each change; a test stops the work there.</param>
internal sealed class TreeWriter(Folder root, IBlobStore blobs, Action? step = null) : IDisposable
{
    private const int OwnerMayAll = 0x1C0;
    private const int SetIds = 0xC00;

    private readonly List<(byte[] Path, int Mode)> _loosened = [];
    private Folder? _parent;
    private byte[] _parentPath = [];

    public TreeOwner Owner { get; } = new(root);

    /// <summary>Makes the folders above an entry that are missing.</summary>
    /// <returns>False when something else than a folder is in the way.</returns>
    public bool TryMakeParents(string path)
    {
        const int Usual = 0x1ED;
        for (var slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            var parent = path[..slash];
            if (Stat(parent) is { } state)
            {
                if (state.Kind != FileKind.Folder) return false;
                continue;
            }
            MakeFolder(parent);
            SetFolderMode(parent, Usual);
        }
        return true;
    }

    /// <summary>The paths of what is in a directory.</summary>
    public List<string> List(string path)
    {
        using var folder = root.TryOpenFolder(PathBytes.FromText(path), out _);
        return folder is null ? [] : folder.List().ConvertAll(entry => path + "/" + PathBytes.ToText(entry.Name));
    }

    /// <summary>What is in a directory, below too: all that is no directory, and the empty directories.</summary>
    public List<string> ListFiles(string path)
    {
        var found = new List<string>();
        foreach (var below in List(path))
        {
            var inside = Stat(below) is { Kind: FileKind.Folder } ? ListFiles(below) : [];
            if (inside.Count == 0) found.Add(below);
            else found.AddRange(inside);
        }
        return found;
    }

    /// <summary>The folder that holds an entry; valid until the next call.</summary>
    /// <param name="name">The entry's name in it.</param>
    /// <returns>Null when there is no such folder, or something else than a folder is in the way.</returns>
    public Folder? ParentOf(string path, out byte[] name)
    {
        var bytes = PathBytes.FromText(path);
        name = Name.Split(bytes, out var parent).ToArray();
        if (_parent is not null && parent.SequenceEqual(_parentPath)) return _parent;
        _parent?.Dispose();
        _parentPath = parent.ToArray();
        _parent = root.TryOpenFolder(parent, out var errno);
        if (_parent is null && errno is not (Errno.NotFound or Errno.NotFolder or Errno.LinkLoop))
            throw new FileException("open directory", root.PathOf(parent), errno);
        if (_parent is not null && !Owner.IsSuperuser) Loosen(_parent, _parentPath);
        return _parent;
    }

    /// <summary>The state of an entry; null when it, or its folder, is not there.</summary>
    public FileState? Stat(string path) => ParentOf(path, out var name)?.Stat(name);

    /// <summary>Makes a directory that only its owner may use until it is given its mode.</summary>
    public void MakeFolder(string path)
    {
        var parent = Parent(path, out var name);
        step?.Invoke();
        if (!parent.MakeFolder(name, OwnerMayAll)) throw new FileException("make directory", parent.PathOf(name), Errno.Exists);
        Owner.Give(parent, name);
    }

    /// <summary>Makes a file that is not there.</summary>
    public void WriteNewFile(string path, BlobId blob, int mode)
    {
        var parent = Parent(path, out var name);
        step?.Invoke();
        Fill(parent, name, blob, mode);
    }

    /// <summary>Writes a file beside its place and renames it there, over what is there unless that is a directory.</summary>
    public void WriteFile(string path, BlobId blob, int mode) =>
        Replace(path, (parent, temporary) => Fill(parent, temporary, blob, mode));

    /// <summary>As <see cref="WriteFile"/>, for a link.</summary>
    public void WriteLink(string path, string target) => Replace(path, (parent, temporary) =>
    {
        parent.MakeLink(temporary, PathBytes.FromText(target));
        Owner.Give(parent, temporary);
    });

    /// <summary>As <see cref="WriteFile"/>, with a file of another tree that is copied.</summary>
    public void CopyFile(string path, Folder from, ReadOnlySpan<byte> name, int mode)
    {
        using var source = from.OpenFile(name);
        var sourcePath = from.PathOf(name);
        Replace(path, (parent, temporary) =>
        {
            var targetPath = parent.PathOf(temporary);
            using var target = parent.CreateFile(temporary, OwnerMayAll);
            if (!FileContent.TryClone(source, target)) ContentCopy.Copy(source, sourcePath, [], target, targetPath);
            Owner.Finish(target, mode, targetPath);
        });
    }

    /// <summary>Moves a file of the same file system in, over what is there unless that is a directory.</summary>
    /// <returns>False when the system cannot rename from there to here (other file system, other mount).</returns>
    public bool TryTakeOver(string path, Folder from, ReadOnlySpan<byte> name)
    {
        var parent = Parent(path, out var newName);
        step?.Invoke();
        if (from.TryRename(name, parent, newName, out var errno)) return true;
        return errno == Errno.OtherDevice ? false : throw new FileException("rename to", parent.PathOf(newName), errno);
    }

    /// <summary>Removes a file or link; nothing when it is not there.</summary>
    public void DeleteFile(string path)
    {
        if (ParentOf(path, out var name) is not { } parent) return;
        step?.Invoke();
        parent.DeleteFile(name);
    }

    /// <summary>Removes an empty directory; nothing when it is not there.</summary>
    /// <returns>False when it is not empty.</returns>
    public bool DeleteFolder(string path)
    {
        if (ParentOf(path, out var name) is not { } parent) return true;
        step?.Invoke();
        return parent.DeleteFolder(name);
    }

    /// <summary>
    /// Gives a directory exactly this mode, when it is there; setuid and setgid bits that it has stay, for shared folders are made with them.
    /// </summary>
    public void SetFolderMode(string path, int mode)
    {
        var bytes = PathBytes.FromText(path);
        using var folder = root.TryOpenFolder(bytes, out _);
        if (folder is null) return;
        var present = folder.Stat().Permissions;
        var wanted = mode | (present & SetIds);
        _loosened.RemoveAll(loosened => loosened.Path.AsSpan().SequenceEqual(bytes));
        if (present == wanted) return;
        step?.Invoke();
        folder.ChangeMode(wanted);
    }

    /// <summary>Gives a file exactly this mode.</summary>
    /// <returns>False when it cannot be opened for that.</returns>
    public bool TrySetFileMode(string path, int mode)
    {
        if (ParentOf(path, out var name)?.TryOpenFile(name, out _) is not { } file) return false;
        using (file)
        {
            step?.Invoke();
            FileContent.ChangeMode(file, mode, path);
            return true;
        }
    }

    private Folder Parent(string path, out byte[] name) =>
        ParentOf(path, out name) ?? throw new FileException("write", root.PathOf(PathBytes.FromText(path)), Errno.NotFolder);

    private void Replace(string path, Action<Folder, byte[]> make)
    {
        var parent = Parent(path, out var name);
        // Always the same name for the same path: what a crash leaves is found and removed when the work is done again.
        var temporary = Encoding.ASCII.GetBytes($".glovebox-{HashOf(name):x16}.tmp");
        step?.Invoke();
        parent.DeleteFile(temporary);
        try
        {
            make(parent, temporary);
            step?.Invoke();
            parent.Rename(temporary, parent, name);
        }
        catch (Exception failure) when (failure is IOException or CorruptBlobException or BlobNotFoundException)
        {
            parent.DeleteFile(temporary);
            throw;
        }
    }

    private void Fill(Folder parent, byte[] name, BlobId blob, int mode)
    {
        var path = parent.PathOf(name);
        using var file = parent.CreateFile(name, OwnerMayAll);
        blobs.CopyTo(blob, file, path);
        Owner.Finish(file, mode, path);
    }

    /// <summary>A read-only directory of our own is opened for writing until we are done.</summary>
    private void Loosen(Folder folder, byte[] path)
    {
        var state = folder.Stat();
        if ((state.Permissions & OwnerMayAll) == OwnerMayAll || state.User != Libc.EffectiveUser()) return;
        folder.ChangeMode(state.Permissions | OwnerMayAll);
        _loosened.Add((path, state.Permissions));
    }

    private static ulong HashOf(byte[] name)
    {
        var hash = 14695981039346656037UL;
        foreach (var one in name) hash = unchecked((hash ^ one) * 1099511628211);
        return hash;
    }

    public void Dispose()
    {
        _parent?.Dispose();
        foreach (var (path, mode) in _loosened)
        {
            using var folder = root.TryOpenFolder(path, out _);
            folder?.ChangeMode(mode);
        }
    }
}
