using System.Text;
using Glovebox.Api.Experiments;
using Glovebox.Api.Runs;
using Glovebox.Blobs;
using Glovebox.Runs.Diff;
using Glovebox.Snapshots.Diff;
using Glovebox.Snapshots;

namespace Glovebox.Experiments.Bisecting;

/// <summary>Of one guilty text file: which of the places where it was edited are to blame.</summary>
internal sealed class Hunks(ITrees trees, IBlobStore blobs, Differences differences)
{
    private const int Largest = 1 << 20, MostEdits = 64;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="mixture">The good run with nothing of the bad one.</param>
    /// <param name="test">Runs a mixture and says <c>good</c>, <c>bad</c> or <c>skip</c>.</param>
    /// <returns>One change a guilty place, with its patch; the file as a whole where it is no text, or was edited in one place.</returns>
    public async Task<IReadOnlyList<BisectChange>> NarrowAsync(
        BisectChange file, Run good, Run bad, RunRequest mixture, Func<RunRequest, IReadOnlyList<BisectChange>, Task<string>> test)
    {
        var (before, after) = (Entry(good.Tree, file.Name), Entry(bad.Tree, file.Name));
        if (Text(before) is not { } textA || Text(after) is not { } textB) return [file];
        var (a, b) = (UnifiedDiff.Lines(textA), UnifiedDiff.Lines(textB));
        var edits = LineEdits.Between(a, b);
        if (edits.Count is < 2 or > MostEdits) return [file with { Patch = Patch(file.Name, textA, textB) }];
        var all = edits.Select((edit, i) => file with { Name = $"{file.Name} hunk {i + 1}", Patch = Patch(file.Name, textA, Mixed(a, b, [edit])) }).ToList();
        var guilty = await DeltaDebugging.MinimizeAsync(edits.Count, async chosen =>
        {
            var blob = blobs.Put(Encoding.UTF8.GetBytes(Mixed(a, b, [.. chosen.Select(i => edits[i])])));
            var entry = before! with { Blob = blob, Size = Encoding.UTF8.GetByteCount(Mixed(a, b, [.. chosen.Select(i => edits[i])])) };
            return await test(mixture with { Tree = differences.TreeWith(mixture.Tree!, file.Name, entry) }, [.. chosen.Select(i => all[i])]) == "bad";
        });
        return [.. guilty.Select(i => all[i])];
    }

    /// <summary>The first text with some of the edits that lead to the second.</summary>
    internal static string Mixed(string[] a, string[] b, IReadOnlyList<LineEdit> edits)
    {
        var text = new StringBuilder();
        var at = 0;
        foreach (var edit in edits)
        {
            text.AppendJoin("", a[at..edit.StartA]).AppendJoin("", b[edit.StartB..edit.EndB]);
            at = edit.EndA;
        }

        return text.AppendJoin("", a[at..]).ToString();
    }

    private static string Patch(string name, string before, string after) => UnifiedDiff.Of(before, after, "a/" + name, "b/" + name);

    private TreeEntry? Entry(string tree, string path) => trees.Load(new BlobId(tree)).Entries.FirstOrDefault(e => e.Path == path);

    private string? Text(TreeEntry? entry)
    {
        if (entry?.Blob is not { } blob || entry.Size > Largest) return null;
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
