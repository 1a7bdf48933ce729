using System.Text;
using Glovebox.Blobs;
using Glovebox.Files;
using Glovebox.Snapshots.Ignoring;
using Glovebox.Snapshots.Writing;

namespace Glovebox.Snapshots.Checkouts;

/// <summary>Makes the files of a checkout ready in a folder beside their places, read from the store and verified, before anything is changed.</summary>
internal static class Staging
{
    private const int OwnerMayAll = 0x1C0;

    public static string NewName() => Encoding.ASCII.GetString(IgnoreScope.Staging) + Guid.NewGuid().ToString("N")[..12];

    /// <summary>Writes what comes, and only that, into a new folder of the root.</summary>
    public static void Fill(CheckoutPart part, IReadOnlyList<TreeChange> changes, string name, IBlobStore blobs, CancellationToken cancellation)
    {
        Directory.CreateDirectory(part.Root);
        var entries = new Dictionary<string, TreeEntry>(StringComparer.Ordinal);
        foreach (var change in changes)
        {
            if (change.After is not { Kind: TreeEntryKind.File } file || (change.Before is { Kind: TreeEntryKind.File } old && old.Blob == file.Blob)) continue;
            for (var slash = file.Path.IndexOf('/'); slash >= 0; slash = file.Path.IndexOf('/', slash + 1))
                entries.TryAdd(file.Path[..slash], new TreeEntry(file.Path[..slash], TreeEntryKind.Directory, OwnerMayAll, 0, null, null));
            entries[file.Path] = file;
        }

        using var root = Folder.Open(part.Root);
        root.MakeFolder(Encoding.ASCII.GetBytes(name), OwnerMayAll);
        TreeRestore.Run(CheckoutParts.TreeOf(entries.Values), Path.Join(part.Root, name), blobs, cancellation);
    }

    /// <summary>Removes the folders of checkouts that died before they changed anything.</summary>
    public static void RemoveAll(string root)
    {
        if (!Directory.Exists(root)) return;
        using var folder = Folder.Open(root);
        foreach (var (name, _) in folder.List())
        {
            if (name.AsSpan().StartsWith(IgnoreScope.Staging)) FolderRemoval.Remove(Path.Join(root, Encoding.ASCII.GetString(name)));
        }
    }
}
