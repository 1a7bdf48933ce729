using Glovebox.Files;
using Glovebox.Images.Layers;
using Glovebox.Images.Tar;

namespace Glovebox.Images.Archives;

/// <summary>
/// Unpacks a tar into a layer's directory. Nothing is ever written through a link: each directory on the way is opened without following
/// any. Whiteouts become overlay's own marks; devices, sockets and pipes are left out.
/// </summary>
internal sealed class LayerExtractor : IDisposable
{
    private const int NewFile = 0x180, NewFolder = 0x1ED, OwnerReads = 0x180, OwnerEnters = 0x1C0, NoSpecialBits = 0x1FF;

    private readonly Folder _root;
    private readonly ExtractionBudget? _budget;
    private readonly bool _ownersOnDisk = Libc.EffectiveUser() == 0;
    private readonly Dictionary<string, TarEntry> _recorded = [];
    private readonly Dictionary<string, TarEntry> _directories = [];
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(256 * 1024);
    private (string Path, Folder Folder)? _parent;

    private LayerExtractor(string directory, ExtractionBudget? budget)
    {
        _root = Folder.Open(directory);
        _budget = budget;
    }

    /// <param name="budget">Null for an archive that is trusted.</param>
    /// <returns>Owners and modes that the disk does not hold; null when it holds them all.</returns>
    /// <exception cref="HostileArchiveException">Something in it would reach outside.</exception>
    /// <exception cref="TarException">It is not a whole tar.</exception>
    public static IReadOnlyDictionary<string, TarEntry>? Extract(
        Stream tar, string directory, ExtractionBudget? budget, CancellationToken cancellation)
    {
        using var extractor = new LayerExtractor(directory, budget);
        var reader = new TarReader(tar);
        while (reader.Next() is { } entry)
        {
            cancellation.ThrowIfCancellationRequested();
            budget?.SpendEntry();
            extractor.Take(entry with { Path = ArchivePath.Normalize(entry.Path) }, reader);
        }
        extractor.FinishDirectories();
        return extractor._ownersOnDisk ? null : extractor._recorded;
    }

    private void Take(TarEntry entry, TarReader reader)
    {
        if (entry.Path.Length == 0) return;
        if (LayerEntry.Whiteout(entry.Path) is { } whiteout)
        {
            TakeWhiteout(whiteout.Path, whiteout.Opaque);
            return;
        }
        var parent = Parent(entry.Path, out var name);
        switch (entry.Kind)
        {
            case TarKind.Directory: MakeDirectory(entry, parent, name); break;
            case TarKind.File: MakeFile(entry, parent, name, reader); break;
            case TarKind.Symlink: MakeSymlink(entry, parent, name); break;
            case TarKind.HardLink: MakeHardLink(entry, parent, name); break;
            default: return;
        }
        _recorded[entry.Path] = entry;
    }

    private void MakeDirectory(TarEntry entry, Folder parent, byte[] name)
    {
        var there = parent.Stat(name);
        if (there is { Kind: not FileKind.Folder }) parent.DeleteFile(name);
        parent.MakeFolder(name, NewFolder);
        // Removed below and made anew in one layer: nothing of the one below shows.
        if (there is { Kind: FileKind.CharacterDevice }) MarkOpaque(parent, name);
        _directories[entry.Path] = entry;
    }

    private void MakeFile(TarEntry entry, Folder parent, byte[] name, TarReader reader)
    {
        _budget?.Spend(entry.Size);
        MakeRoom(entry, parent, name);
        using (var file = parent.CreateFile(name, NewFile))
        {
            int count;
            while ((count = reader.Read(_buffer)) > 0) FileContent.Write(file, _buffer.AsSpan(0, count), entry.Path);
            // The owner first: a change of owner takes away the set-user-id bit and the capabilities.
            if (_ownersOnDisk) FileContent.ChangeOwner(file, entry.User, entry.Group, entry.Path);
            FileContent.ChangeMode(file, _ownersOnDisk ? entry.Mode : entry.Mode & NoSpecialBits | OwnerReads, entry.Path);
            if (_ownersOnDisk && entry.Capability is { } capability) LayerCalls.SetCapability(file, capability, entry.Path);
        }
        LayerCalls.SetModified(parent, name, entry.Modified);
    }

    private void MakeSymlink(TarEntry entry, Folder parent, byte[] name)
    {
        ArchivePath.CheckLink(entry.Path, entry.Target);
        MakeRoom(entry, parent, name);
        parent.MakeLink(name, PathBytes.FromText(entry.Target));
        if (_ownersOnDisk) parent.ChangeOwner(name, entry.User, entry.Group);
        LayerCalls.SetModified(parent, name, entry.Modified);
    }

    private void MakeHardLink(TarEntry entry, Folder parent, byte[] name)
    {
        var target = ArchivePath.Normalize(entry.Target);
        var targetName = Name.Split(PathBytes.FromText(target), out var targetFolder);
        using var folder = _root.TryOpenFolder(targetFolder, out _);
        if (targetName.IsEmpty || folder?.Stat(targetName) is not { Kind: FileKind.File or FileKind.Link })
            throw new HostileArchiveException($"the hard link '{entry.Path}' -> '{entry.Target}' points to no file of the archive");
        if (target == entry.Path) return;
        MakeRoom(entry, parent, name);
        LayerCalls.MakeHardLink(folder, targetName, parent, name);
    }

    private void TakeWhiteout(string path, bool opaque)
    {
        if (opaque)
        {
            if (path.Length == 0) LayerCalls.SetOpaque(_root);
            else MarkOpaque(Parent(path + "/x", out _));
            return;
        }
        var parent = Parent(path, out var name);
        if (name is [] or [(byte)'.'] or [(byte)'.', (byte)'.']) throw new HostileArchiveException($"a whiteout of '{path}'");
        if (parent.Stat(name) is null) LayerCalls.MakeWhiteout(parent, name);
    }

    private static void MarkOpaque(Folder parent, byte[] name)
    {
        using var folder = parent.OpenFolder(name);
        MarkOpaque(folder);
    }

    private static void MarkOpaque(Folder folder) => LayerCalls.SetOpaque(folder);

    /// <summary>A later entry of the same name takes the place of an earlier one, as with tar.</summary>
    private static void MakeRoom(TarEntry entry, Folder parent, byte[] name)
    {
        if (parent.Stat(name) is not { } there) return;
        if (there.Kind == FileKind.Folder)
            throw new HostileArchiveException($"'{entry.Path}' is in it as a directory and again as something else");
        parent.DeleteFile(name);
    }

    private Folder Parent(string path, out byte[] name)
    {
        var slash = path.LastIndexOf('/');
        name = PathBytes.FromText(path[(slash + 1)..]);
        var folder = slash < 0 ? "" : path[..slash];
        if (_parent is { } known && known.Path == folder) return known.Folder;
        var opened = OpenOrMake(folder, path);
        _parent?.Folder.Dispose();
        _parent = (folder, opened);
        return opened;
    }

    private Folder OpenOrMake(string folder, string path)
    {
        var bytes = PathBytes.FromText(folder);
        var opened = _root.TryOpenFolder(bytes, out var errno);
        if (opened is not null) return opened;
        if (errno != Errno.NotFound) throw new HostileArchiveException($"'{path}' would be written through a link or a file");
        for (var at = 0; at <= bytes.Length; at++)
        {
            if (at < bytes.Length && bytes[at] != (byte)'/') continue;
            var name = Name.Split(bytes.AsSpan(0, at), out var parentPath);
            using var parent = _root.TryOpenFolder(parentPath, out _)
                ?? throw new HostileArchiveException($"'{path}' would be written through a link or a file");
            parent.MakeFolder(name, NewFolder);
        }
        return _root.TryOpenFolder(bytes, out _)
            ?? throw new HostileArchiveException($"'{path}' would be written through a link or a file");
    }

    /// <summary>Modes and times of directories, last: a closed directory takes no files, and a file in it changes its time.</summary>
    private void FinishDirectories()
    {
        foreach (var (path, entry) in _directories.OrderByDescending(pair => pair.Key, StringComparer.Ordinal))
        {
            var name = Name.Split(PathBytes.FromText(path), out var parentPath).ToArray();
            using var parent = _root.OpenFolder(parentPath);
            if (parent.Stat(name) is not { Kind: FileKind.Folder }) continue;
            if (_ownersOnDisk) parent.ChangeOwner(name, entry.User, entry.Group);
            parent.TryChangeMode(name, _ownersOnDisk ? entry.Mode : entry.Mode | OwnerEnters);
            LayerCalls.SetModified(parent, name, entry.Modified);
        }
    }

    public void Dispose()
    {
        _parent?.Folder.Dispose();
        _root.Dispose();
    }
}
