using System.Text;

namespace Glovebox.Snapshots.Diff;

/// <summary>Two texts as a unified diff that <c>patch</c> and <c>git apply</c> accept, with three lines of context.</summary>
internal static class UnifiedDiff
{
    private const int Context = 3;

    public static string Of(string before, string after, string nameBefore, string nameAfter)
    {
        var a = Lines(before);
        var b = Lines(after);
        var text = new StringBuilder().Append("--- ").Append(nameBefore).Append("\n+++ ").Append(nameAfter).Append('\n');
        foreach (var hunk in Hunks(LineEdits.Between(a, b))) Write(text, hunk, a, b);
        return text.ToString();
    }

    /// <summary>Each line keeps its line feed, so that a last line without one differs from one with it.</summary>
    public static string[] Lines(string text)
    {
        var lines = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var end = text.IndexOf('\n', at);
            end = end < 0 ? text.Length : end + 1;
            lines.Add(text[at..end]);
            at = end;
        }

        return [.. lines];
    }

    // Edits that lie within twice the context of each other share a hunk.
    private static List<List<LineEdit>> Hunks(IReadOnlyList<LineEdit> edits)
    {
        var hunks = new List<List<LineEdit>>();
        foreach (var edit in edits)
        {
            if (hunks.Count > 0 && edit.StartA - hunks[^1][^1].EndA <= 2 * Context) hunks[^1].Add(edit);
            else hunks.Add([edit]);
        }

        return hunks;
    }

    private static void Write(StringBuilder text, List<LineEdit> hunk, string[] a, string[] b)
    {
        var lead = Math.Min(Context, hunk[0].StartA);
        var trail = Math.Min(Context, a.Length - hunk[^1].EndA);
        var (startA, endA) = (hunk[0].StartA - lead, hunk[^1].EndA + trail);
        var (startB, endB) = (hunk[0].StartB - lead, hunk[^1].EndB + trail);
        text.Append("@@ -").Append(Range(startA, endA)).Append(" +").Append(Range(startB, endB)).Append(" @@\n");
        var at = startA;
        foreach (var edit in hunk)
        {
            while (at < edit.StartA) Line(text, ' ', a[at++]);
            for (; at < edit.EndA; at++) Line(text, '-', a[at]);
            for (var i = edit.StartB; i < edit.EndB; i++) Line(text, '+', b[i]);
        }

        while (at < endA) Line(text, ' ', a[at++]);
    }

    // The format counts lines from 1, and names the line before when a side is empty.
    private static string Range(int start, int end) => (end - start) switch
    {
        0 => $"{start},0",
        1 => $"{start + 1}",
        var count => $"{start + 1},{count}",
    };

    private static void Line(StringBuilder text, char sign, string line)
    {
        text.Append(sign).Append(line);
        if (!line.EndsWith('\n')) text.Append("\n\\ No newline at end of file\n");
    }
}
