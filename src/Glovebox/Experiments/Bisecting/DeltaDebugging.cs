namespace Glovebox.Experiments.Bisecting;

/// <summary>
/// The minimising delta debugging algorithm (Zeller and Hildebrandt, 2002): of many changes that together are bad, a few that still are, of
/// which none can be left out. One guilty change of n is found in about 2 log2 n tests.
/// </summary>
internal static class DeltaDebugging
{
    /// <param name="count">Of the changes, numbered from 0; all of them together are bad.</param>
    /// <param name="isBad">Whether these changes alone are bad. Asked once for each set; never of none or all.</param>
    /// <returns>Numbers in order.</returns>
    public static async Task<IReadOnlyList<int>> MinimizeAsync(int count, Func<IReadOnlyList<int>, Task<bool>> isBad)
    {
        var known = new Dictionary<string, bool>(StringComparer.Ordinal) { [""] = false, [Key([.. Enumerable.Range(0, count)])] = true };
        int[] guilty = [.. Enumerable.Range(0, count)];
        var parts = 2;
        while (guilty.Length > 1)
        {
            var chunks = Split(guilty, parts);
            var found = await FirstBadAsync(chunks);
            if (found is not null)
            {
                (guilty, parts) = (found, 2);
                continue;
            }

            found = await FirstBadAsync([.. chunks.Select(chunk => guilty.Except(chunk).ToArray())]);
            if (found is not null) (guilty, parts) = (found, Math.Max(parts - 1, 2));
            else if (parts >= guilty.Length) return guilty;
            else parts = Math.Min(parts * 2, guilty.Length);
        }

        return guilty;

        async Task<int[]?> FirstBadAsync(IReadOnlyList<int[]> sets)
        {
            foreach (var set in sets)
            {
                var key = Key(set);
                if (!known.TryGetValue(key, out var bad)) known[key] = bad = await isBad(set);
                if (bad) return set;
            }

            return null;
        }
    }

    private static string Key(int[] set) => string.Join(',', set);

    private static List<int[]> Split(int[] set, int parts)
    {
        var chunks = new List<int[]>(parts);
        for (var i = 0; i < parts; i++)
            chunks.Add(set[(int)((long)set.Length * i / parts)..(int)((long)set.Length * (i + 1) / parts)]);
        return [.. chunks.Where(chunk => chunk.Length > 0)];
    }
}
