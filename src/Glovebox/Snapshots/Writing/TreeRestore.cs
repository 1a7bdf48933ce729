using Glovebox.Api;
using Glovebox.Blobs;
using Glovebox.Files;

namespace Glovebox.Snapshots.Writing;

/// <summary>Makes a tree in an empty directory: directories first, then files on all processors, then the directories' own modes.</summary>
internal static class TreeRestore
{
    /// <summary>Files in one piece of work: they are neighbours, so most share their folder.</summary>
    private const int Share = 64;

    private const long Large = 4 << 20;

    public static void Run(Tree tree, string directory, IBlobStore blobs, CancellationToken cancellation)
    {
        using var root = Folder.Open(directory);
        if (root.List().Count > 0) throw RefusalException.Conflict($"{directory} is not empty. Name an empty directory, or one that is not there yet");
        try
        {
            MakeFoldersAndLinks(tree, root, blobs, cancellation);
            WriteFiles(tree, root, blobs, cancellation);
            SetFolderModes(tree, root, blobs);
        }
        catch
        {
            FolderRemoval.RemoveContent(root);
            throw;
        }
    }

    private static void MakeFoldersAndLinks(Tree tree, Folder root, IBlobStore blobs, CancellationToken cancellation)
    {
        using var writer = new TreeWriter(root, blobs);
        foreach (var entry in tree.Entries)
        {
            if (entry.Kind == TreeEntryKind.Directory) writer.MakeFolder(entry.Path);
            else if (entry.Kind == TreeEntryKind.Symlink) writer.WriteLink(entry.Path, entry.Target!);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private static void WriteFiles(Tree tree, Folder root, IBlobStore blobs, CancellationToken cancellation)
    {
        var files = tree.Entries.Where(entry => entry.Kind == TreeEntryKind.File).ToList();
        var large = files.Where(file => file.Size >= Large).OrderBy(file => file.Size).Select(file => new[] { file });
        // The last is done first: the large ones, each by itself, so that no processor is left alone with them in the end.
        TreeEntry[][] pieces = [.. files.Where(file => file.Size < Large).Chunk(Share).Reverse(), .. large];
        new Workers<TreeEntry[]>((piece, _) =>
        {
            using var writer = new TreeWriter(root, blobs);
            foreach (var file in piece)
            {
                writer.WriteNewFile(file.Path, file.Blob!.Value, file.Mode);
                cancellation.ThrowIfCancellationRequested();
            }
        }, cancellation).Run(pieces);
    }

    private static void SetFolderModes(Tree tree, Folder root, IBlobStore blobs)
    {
        using var writer = new TreeWriter(root, blobs);
        // From the end: a folder is closed only when all below it is done.
        for (var i = tree.Entries.Count - 1; i >= 0; i--)
        {
            if (tree.Entries[i] is { Kind: TreeEntryKind.Directory } folder) writer.SetFolderMode(folder.Path, folder.Mode);
        }
    }
}
