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
    public IReadOnlyList<DiffItem> Compare(string a, string b) => a == b
        ? []
        : [.. trees.Compare(trees.Load(new BlobId(a)), trees.Load(new BlobId(b))).Select(ItemOf)];

    private DiffItem ItemOf(TreeChange change) =>
        new(change.Path, Describe(change.Before), Describe(change.After), PatchOf(change));

    private static string? Describe(TreeEntry? entry) => entry switch
    {
        null => null,
        { Kind: TreeEntryKind.Symlink } => "-> " + entry.Target,
        { Kind: TreeEntryKind.Directory } => $"directory {Convert.ToString(entry.Mode, 8)}",
        _ => $"{entry.Blob} {Convert.ToString(entry.Mode, 8)}",
    };

    private string? PatchOf(TreeChange change)
    {
        var (before, after) = (TextOf(change.Before), TextOf(change.After));
        return before is null || after is null || before == after
            ? null
            : UnifiedDiff.Of(before, after, change.Before is null ? "/dev/null" : "a/" + change.Path, change.After is null ? "/dev/null" : "b/" + change.Path);
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
