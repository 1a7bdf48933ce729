namespace Glovebox.Spelling;

/// <summary>The "did you mean" of every refusal.</summary>
public static class Nearest
{
    /// <summary>The candidate closest to what was typed, or null when none is close (more than a third of the letters differ).</summary>
    public static string? Of(string typed, IEnumerable<string> candidates)
    {
        string? best = null;
        var bestDistance = (Math.Max(typed.Length, 3) / 3) + 1;
        foreach (var candidate in candidates)
        {
            var distance = Distance(typed, candidate);
            if (distance >= bestDistance) continue;
            bestDistance = distance;
            best = candidate;
        }

        return best;
    }

    /// <summary>Ready to be put behind a message: <c>; did you mean 'x'?</c>, or nothing.</summary>
    public static string Hint(string typed, IEnumerable<string> candidates) =>
        Of(typed, candidates) is { } near ? $"; did you mean '{near}'?" : "";

    // Edits between two words, a swap of neighbours counting as one (optimal string alignment distance).
    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) rows[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) rows[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1;
                var least = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) least = Math.Min(least, rows[i - 2, j - 2] + 1);
                rows[i, j] = least;
            }
        }

        return rows[a.Length, b.Length];
    }
}
