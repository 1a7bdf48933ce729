using System.Runtime.InteropServices;

namespace Glovebox.Snapshots.Diff;

/// <summary>Lines <c>[StartA, EndA)</c> of one text stand where <c>[StartB, EndB)</c> stand in the other.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LineEdit(int StartA, int EndA, int StartB, int EndB);

/// <summary>A shortest list of edits between two texts, by E. W. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986).</summary>
internal static class LineEdits
{
    // Beyond this many differing lines the trace would cost more memory than the answer is worth: the middle is then one edit.
    private const int MostDifferences = 4000;

    public static IReadOnlyList<LineEdit> Between(string[] a, string[] b)
    {
        var prefix = 0;
        while (prefix < a.Length && prefix < b.Length && a[prefix] == b[prefix]) prefix++;
        var suffix = 0;
        while (suffix < a.Length - prefix && suffix < b.Length - prefix && a[^(suffix + 1)] == b[^(suffix + 1)]) suffix++;
        var middleA = a.AsSpan(prefix, a.Length - prefix - suffix);
        var middleB = b.AsSpan(prefix, b.Length - prefix - suffix);
        if (middleA.IsEmpty && middleB.IsEmpty) return [];
        if (middleA.IsEmpty || middleB.IsEmpty) return [new LineEdit(prefix, a.Length - suffix, prefix, b.Length - suffix)];
        return Trace(middleA, middleB) is { } trace
            ? Edits(trace, middleA.Length, middleB.Length, prefix)
            : [new LineEdit(prefix, a.Length - suffix, prefix, b.Length - suffix)];
    }

    // The furthest reach on each diagonal after 0, 1, 2, … differences; null when there are too many.
    private static List<int[]>? Trace(ReadOnlySpan<string> a, ReadOnlySpan<string> b)
    {
        var most = Math.Min(a.Length + b.Length, MostDifferences);
        var trace = new List<int[]>();
        var reach = new int[(2 * most) + 3];
        for (var d = 0; d <= most; d++)
        {
            trace.Add(reach.AsSpan(most - d, (2 * d) + 3).ToArray());
            for (var k = -d; k <= d; k += 2)
            {
                var at = most + 1 + k;
                var x = k == -d || (k != d && reach[at - 1] < reach[at + 1]) ? reach[at + 1] : reach[at - 1] + 1;
                while (x < a.Length && x - k < b.Length && a[x] == b[x - k]) x++;
                reach[at] = x;
                if (x >= a.Length && x - k >= b.Length) return trace;
            }
        }

        return null;
    }

    // Walks the trace back from the end; single steps that touch are joined.
    private static List<LineEdit> Edits(List<int[]> trace, int lengthA, int lengthB, int offset)
    {
        var edits = new List<LineEdit>();
        var (x, y) = (lengthA, lengthB);
        for (var d = trace.Count - 1; d > 0; d--)
        {
            // trace[d] covers the diagonals -d-1 … d+1.
            var reach = trace[d];
            var k = x - y;
            var at = k + d + 1;
            var down = k == -d || (k != d && reach[at - 1] < reach[at + 1]);
            var previousX = down ? reach[at + 1] : reach[at - 1];
            var previousY = previousX - (down ? k + 1 : k - 1);
            var step = down
                ? new LineEdit(previousX, previousX, previousY, previousY + 1)
                : new LineEdit(previousX, previousX + 1, previousY, previousY);
            Prepend(edits, new LineEdit(step.StartA + offset, step.EndA + offset, step.StartB + offset, step.EndB + offset));
            (x, y) = (previousX, previousY);
        }

        edits.Reverse();
        return edits;
    }

    private static void Prepend(List<LineEdit> edits, LineEdit step)
    {
        if (edits.Count > 0 && edits[^1].StartA == step.EndA && edits[^1].StartB == step.EndB)
            edits[^1] = new LineEdit(step.StartA, edits[^1].EndA, step.StartB, edits[^1].EndB);
        else edits.Add(step);
    }
}
