using Glovebox.Files;

namespace Glovebox.Tests.Snapshots;

/// <summary>One path of a tree that a script works on.</summary>
internal sealed class Spot : IDisposable
{
    public Spot(Folder root, byte[] path)
    {
        Name = Glovebox.Files.Name.Split(path, out var parent).ToArray();
        Folder = root.OpenFolder(parent);
    }

    public Folder Folder { get; }

    public byte[] Name { get; }

    private FileState? State => Folder.Stat(Name);

    public void Write(ReadOnlySpan<byte> content, int mode)
    {
        if (State is { Kind: not FileKind.File }) return;
        Folder.DeleteFile(Name);
        using var file = Folder.CreateFile(Name, mode);
        FileContent.Write(file, content, "");
        FileContent.ChangeMode(file, mode, "");
    }

    /// <summary>Writes what is there already: on an overlay, a copy that differs in nothing.</summary>
    public void Rewrite()
    {
        if (State is not { Kind: FileKind.File } state) return;
        using var source = Folder.OpenFile(Name);
        var content = new byte[state.Size];
        FileContent.Fill(source, content, "");
        ReplaceInPlace(content);
    }

    public void Append(ReadOnlySpan<byte> more)
    {
        if (State is not { Kind: FileKind.File } state) return;
        using var source = Folder.OpenFile(Name);
        var content = new byte[state.Size];
        FileContent.Fill(source, content, "");
        ReplaceInPlace([.. content, .. more]);
    }

    private unsafe void ReplaceInPlace(byte[] content)
    {
        fixed (byte* name = Glovebox.Files.Name.Terminate(Name, stackalloc byte[512]))
        {
            using var file = new Microsoft.Win32.SafeHandles.SafeFileHandle(Libc.OpenAt(Folder.Descriptor, name, OpenFlags.WriteOnly, 0), true);
            FileContent.Write(file, content, "");
        }
    }

    public void Delete()
    {
        if (State is not { } state) return;
        if (state.Kind != FileKind.Folder)
        {
            Folder.DeleteFile(Name);
            return;
        }
        using (var folder = Folder.OpenFolder(Name)) FolderRemoval.RemoveContent(folder);
        Folder.DeleteFolder(Name);
    }

    public void ChangeMode(int file, int folder)
    {
        if (State is { Kind: FileKind.File or FileKind.Folder } state)
            Folder.TryChangeMode(Name, state.Kind == FileKind.File ? file : folder);
    }

    /// <summary>Renames a file or link; a folder is copied and deleted, as mv does on an overlay.</summary>
    public void MoveTo(Spot to)
    {
        if (State is not { } state || to.State is { Kind: FileKind.Folder }) return;
        if (state.Kind != FileKind.Folder)
        {
            Folder.Rename(Name, to.Folder, to.Name);
            return;
        }
        if (to.State is not null || (to.Folder.Path + "/").StartsWith(Folder.PathOf(Name) + "/", StringComparison.Ordinal)) return;
        CopyFolder(Folder, Name, to.Folder, to.Name, state.Permissions);
        Delete();
    }

    public void SwapWith(Spot other)
    {
        if (State is not { Kind: FileKind.File } || other.State is not { Kind: FileKind.File }) return;
        Folder.Rename(Name, Folder, "swap"u8);
        other.Folder.Rename(other.Name, Folder, Name);
        Folder.TryRename("swap"u8, other.Folder, other.Name, out _);
    }

    private static void CopyFolder(Folder from, byte[] name, Folder to, byte[] newName, int mode)
    {
        to.MakeFolder(newName, 0x1ED);
        using var source = from.OpenFolder(name);
        using var target = to.OpenFolder(newName);
        foreach (var (below, _) in source.List())
        {
            var state = source.Stat(below)!.Value;
            if (state.Kind == FileKind.Folder) CopyFolder(source, below, target, below, state.Permissions);
            else source.Rename(below, target, below);
        }
        target.ChangeMode(mode);
    }

    public void Dispose() => Folder.Dispose();
}
