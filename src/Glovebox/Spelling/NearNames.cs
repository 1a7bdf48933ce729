namespace Glovebox.Spelling;

/// <summary>The "did you mean" of every refusal that knows the right names.</summary>
public static class NearNames
{
    /// <summary>The names close to a misspelt one, nearest first, at most <paramref name="count"/>.</summary>
    public static IReadOnlyList<string> Of(string wrong, IEnumerable<string> names, int count = 3)
    {
        var farthest = Math.Max(1, wrong.Length / 3);
        return [.. names
            .Select(name => (Name: name, Distance: Distance(wrong, name, farthest + 1)))
            .Where(near => near.Distance <= farthest || IsLongForm(wrong, near.Name))
            .OrderBy(near => near.Distance).ThenBy(near => near.Name, StringComparer.Ordinal)
            .Take(count).Select(near => near.Name)];
    }

    /// <summary>A sentence with a leading space, or nothing: <c> Did you mean apt?</c></summary>
    public static string Question(string wrong, IEnumerable<string> names)
    {
        var near = Of(wrong, names);
        return near.Count == 0 ? "" : $" Did you mean {string.Join(" or ", near)}?";
    }

    private static bool IsLongForm(string wrong, string name) =>
        wrong.Length >= 3
            && (name.StartsWith(wrong, StringComparison.OrdinalIgnoreCase) || wrong.StartsWith(name, StringComparison.OrdinalIgnoreCase) && name.Length >= 3);

    /// <summary>Edits (insert, delete, replace, swap of neighbours) between two words, cut at <paramref name="limit"/>.</summary>
    private static int Distance(string left, string right, int limit)
    {
        if (Math.Abs(left.Length - right.Length) >= limit) return limit;
        var rows = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++) rows[i, 0] = i;
        for (var j = 0; j <= right.Length; j++) rows[0, j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            for (var j = 1; j <= right.Length; j++)
            {
                var same = char.ToLowerInvariant(left[i - 1]) == char.ToLowerInvariant(right[j - 1]);
                var best = Math.Min(Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1, rows[i - 1, j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    best = Math.Min(best, rows[i - 2, j - 2] + 1);
                rows[i, j] = best;
            }
        }
        return Math.Min(rows[left.Length, right.Length], limit);
    }
}
