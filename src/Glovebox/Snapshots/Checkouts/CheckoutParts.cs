using System.Security.Cryptography;
using Glovebox.Api;
using Glovebox.Blobs;
using Glovebox.Files;
using Glovebox.Snapshots.Manifests;
using Glovebox.Snapshots.Records;

namespace Glovebox.Snapshots.Checkouts;

/// <summary>One directory that a checkout changes.</summary>
/// <param name="Root">The project's root, or the folder of a file that lies outside of it.</param>
/// <param name="Before">What was there, as far as it matters.</param>
/// <param name="After">What shall be there.</param>
internal sealed record CheckoutPart(string Root, Tree Before, Tree After);

/// <summary>Finds what a checkout has to change, directory by directory.</summary>
internal sealed class CheckoutParts(ITrees trees, DiskLook disk)
{
    /// <summary>The project first, then one part for each folder outside that files go to.</summary>
    public List<CheckoutPart> Of(Named content, string root, CancellationToken cancellation)
    {
        var files = content.Files is { } id ? trees.Load(new BlobId(id)) : null;
        var inside = content.Sources.Where(source => !Path.IsPathRooted(source.Value)).ToList();
        var target = Merge(trees.Load(new BlobId(content.Tree)), inside.SelectMany(source => Moved(files!, source.Key, source.Value)));
        List<CheckoutPart> parts = [Project(root, target, cancellation)];
        var outside = content.Sources.Where(source => Path.IsPathRooted(source.Value)).GroupBy(source => Path.GetDirectoryName(source.Value)!);
        foreach (var folder in outside)
        {
            List<TreeEntry> wanted = [.. folder.SelectMany(source => Moved(files!, source.Key, Path.GetFileName(source.Value)))];
            parts.Add(new CheckoutPart(folder.Key, TreeOf(disk.Present(folder.Key, wanted, DiskLook.Nothing, cancellation)), TreeOf(wanted)));
        }

        return parts;
    }

    /// <summary>The trees of a content as one, files by their names: what is written to another directory.</summary>
    public Tree Whole(Named content)
    {
        var tree = trees.Load(new BlobId(content.Tree));
        if (content.Files is not { } id) return tree;
        var files = trees.Load(new BlobId(id)).Entries;
        return Merge(tree, files);
    }

    /// <summary>What is below a name of a tree, below another path.</summary>
    public static IEnumerable<TreeEntry> Moved(Tree files, string name, string path) => files.Entries
        .Where(entry => EntryPath.Covers(name, entry.Path))
        .Select(entry => entry with { Path = path + entry.Path[name.Length..] });

    /// <summary>A tree of these entries that is not in the store.</summary>
    public static Tree TreeOf(IEnumerable<TreeEntry> entries)
    {
        TreeEntry[] sorted = [.. entries];
        Array.Sort(sorted, static (a, b) => PathBytes.Compare(a.Path, b.Path));
        return new Tree(BlobId.Of(SHA256.HashData(Manifest.Write(sorted))), sorted);
    }

    private CheckoutPart Project(string root, Tree target, CancellationToken cancellation)
    {
        var tracked = trees.Look(root, cancellation);
        if (tracked.Id == target.Id) return new CheckoutPart(root, tracked, target);
        var known = tracked.Entries.Select(entry => entry.Path).ToHashSet(StringComparer.Ordinal);
        // What is ignored now may be in the way of what comes.
        var inTheWay = disk.Present(root, target.Entries, known, cancellation);
        return new CheckoutPart(root, inTheWay.Count == 0 ? tracked : TreeOf(tracked.Entries.Concat(inTheWay)), target);
    }

    private static Tree Merge(Tree tree, IEnumerable<TreeEntry> files)
    {
        var merged = tree.Entries.ToDictionary(entry => entry.Path, StringComparer.Ordinal);
        var count = merged.Count;
        foreach (var file in files)
        {
            ExtraFiles.AddParents(file.Path, merged);
            if (merged.TryGetValue(file.Path, out var present) && present.Kind != file.Kind && count > 0)
                throw RefusalException.Conflict(
                    $"'{file.Path}' is both in the snapshot's tree and among its files, and not the same; it was made by another program");
            merged[file.Path] = file;
        }

        return merged.Count == count && merged.Values.SequenceEqual(tree.Entries) ? tree : TreeOf(merged.Values);
    }
}
