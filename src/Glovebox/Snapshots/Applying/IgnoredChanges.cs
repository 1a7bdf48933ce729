using Glovebox.Files;
using Glovebox.Snapshots.Ignoring;
using Glovebox.Snapshots.Writing;

namespace Glovebox.Snapshots.Applying;

/// <summary>
/// Makes changes to ignored paths true. Nobody has recorded these files, so a box's version replaces what is there; but only what is older
/// than the box is deleted with it. A file that was moved into its place before a crash is gone from the upper directory, and so done.
/// </summary>
internal sealed class IgnoredChanges(TreeWriter tree, UpperSource upper, SortedSet<string> left, CancellationToken cancellation)
{
    private const int Deepest = 256;

    public void Delete(string path)
    {
        if (tree.Stat(path) is not { } state) return;
        Delete(path, state, 0);
    }

    private void Delete(string path, FileState state, int depth)
    {
        cancellation.ThrowIfCancellationRequested();
        if (state.Kind == FileKind.Folder && depth < Deepest)
        {
            foreach (var below in tree.List(path))
            {
                if (tree.Stat(below) is { } inside) Delete(below, inside, depth + 1);
            }
            if (!tree.DeleteFolder(path)) left.UnionWith(tree.ListFiles(path));
        }
        else if (state.Kind == FileKind.Folder || IsNewer(state)) left.Add(path);
        else tree.DeleteFile(path);
    }

    /// <summary>True for what changed after the box began: not by the box, which cannot write here.</summary>
    private bool IsNewer(FileState state) => upper.Began != 0 && state.Changed > upper.Began;

    public void Put(string path, bool modeOnly)
    {
        using var folder = upper.Find(path, out var name, out var state);
        if (folder is null) return;
        if (modeOnly)
        {
            if (tree.Stat(path) is { Kind: FileKind.Folder }) tree.SetFolderMode(path, state.Permissions & TreeModes.Folder);
        }
        else if (tree.ParentOf(path, out _) is null && !tree.TryMakeParents(path)) left.Add(path);
        else Put(folder, name, state, path, 0);
    }

    private void Put(Folder folder, byte[] name, FileState state, string path, int depth)
    {
        cancellation.ThrowIfCancellationRequested();
        if (IgnoreScope.IsOutside(name) || depth > Deepest || state.Kind is not (FileKind.File or FileKind.Folder or FileKind.Link))
        {
            left.Add(path);
            return;
        }
        if (tree.Stat(path) is { } present && (present.Kind == FileKind.Folder) != (state.Kind == FileKind.Folder))
        {
            Delete(path, present, 0);
            if (tree.Stat(path) is not null)
            {
                left.Add(path);
                return;
            }
        }
        if (state.Kind == FileKind.Link) tree.WriteLink(path, PathBytes.ToText(folder.ReadLink(name)));
        else if (state.Kind == FileKind.File) upper.Put(folder, name, state, path);
        else PutFolder(folder, name, state, path, depth);
    }

    private void PutFolder(Folder parent, byte[] name, FileState state, string path, int depth)
    {
        if (tree.Stat(path) is null) tree.MakeFolder(path);
        using (var folder = parent.OpenChild(name))
        {
            foreach (var (below, _) in folder.List())
            {
                if (folder.Stat(below) is { } inside) Put(folder, below, inside, path + "/" + PathBytes.ToText(below), depth + 1);
            }
        }
        tree.SetFolderMode(path, state.Permissions & TreeModes.Folder);
    }
}
