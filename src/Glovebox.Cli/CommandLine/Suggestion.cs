namespace Glovebox.Cli.CommandLine;

/// <summary>The known word nearest to a mistyped one.</summary>
internal static class Suggestion
{
    /// <returns>Null when nothing is near.</returns>
    public static string? For(string word, IReadOnlyCollection<string> known)
    {
        var best = known
            .Select(candidate => (Candidate: candidate, Distance: Distance(word, candidate)))
            .OrderBy(pair => pair.Distance)
            .ThenBy(pair => Math.Abs(pair.Candidate.Length - word.Length))
            .FirstOrDefault();
        if (best.Candidate is not null && best.Distance <= Math.Max(1, word.Length / 3)) return best.Candidate;
        return word.Length > 3 ? known.FirstOrDefault(candidate => candidate.StartsWith(word, StringComparison.Ordinal)) : null;
    }

    /// <summary>Letters to add, drop, change or swap with a neighbour (optimal string alignment).</summary>
    internal static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) rows[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) rows[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var change = a[i - 1] == b[j - 1] ? 0 : 1;
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1, rows[i - 1, j - 1] + change);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }

        return rows[a.Length, b.Length];
    }
}
