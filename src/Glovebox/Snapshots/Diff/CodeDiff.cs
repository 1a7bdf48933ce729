using System.Text;
using Glovebox.Api.Runs;
using Glovebox.Blobs;

namespace Glovebox.Snapshots.Diff;

/// <summary>What differs between two trees, with the lines of text files.</summary>
public sealed class CodeDiff(ITrees trees, IBlobStore blobs)
{
    private const long LargestText = 1 << 20;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="a">A tree's id.</param>
    public IReadOnlyList<DiffItem> Compare(string a, string b)
    {
        if (a == b) return [];
        var changes = trees.Compare(trees.Load(new BlobId(a)), trees.Load(new BlobId(b)));
        var renames = Renames.Find(changes, TextOf);
        var gone = renames.Values.ToHashSet();
        return [.. changes.Where(change => !gone.Contains(change)).Select(change => ItemOf(change, renames.GetValueOrDefault(change.Path)))];
    }

    /// <param name="from">The change of the file that was renamed to this one; null when none was.</param>
    private DiffItem ItemOf(TreeChange change, TreeChange? from)
    {
        var before = from?.Before ?? change.Before;
        return new DiffItem(change.Path, Describe(before), Describe(change.After), PatchOf(before, change.After)) { From = from?.Path };
    }

    private static string? Describe(TreeEntry? entry) => entry switch
    {
        null => null,
        { Kind: TreeEntryKind.Symlink } => "-> " + entry.Target,
        { Kind: TreeEntryKind.Directory } => $"directory {Convert.ToString(entry.Mode, 8)}",
        _ => $"{entry.Blob} {Convert.ToString(entry.Mode, 8)}",
    };

    private string? PatchOf(TreeEntry? from, TreeEntry? to)
    {
        var (before, after) = (TextOf(from), TextOf(to));
        return before is null || after is null || before == after
            ? null
            : UnifiedDiff.Of(before, after, from is null ? "/dev/null" : "a/" + from.Path, to is null ? "/dev/null" : "b/" + to.Path);
    }

    // Null when it is no text that a person would read: too large, not UTF-8, or with a zero byte.
    private string? TextOf(TreeEntry? entry)
    {
        if (entry is null) return "";
        if (entry.Blob is not { } blob || entry.Size > LargestText) return null;
        var bytes = blobs.Read(blob);
        if (Array.IndexOf(bytes, (byte)0) >= 0) return null;
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
