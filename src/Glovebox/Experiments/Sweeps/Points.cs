using Glovebox.Api;

namespace Glovebox.Experiments.Sweeps;

/// <summary>The points of a sweep, each a list of <c>NAME=VALUE</c>.</summary>
internal static class Points
{
    private const int Most = 100_000;

    /// <summary>Every combination; the first parameter changes slowest.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Grid(IReadOnlyList<Space> spaces)
    {
        var grids = spaces.Select(space => space.Grid()).ToList();
        if (grids.Aggregate(1.0, (count, grid) => count * grid.Count) > Most)
            throw RefusalException.Bad($"the grid has more than {Most} points; use --random N, or fewer values");
        IEnumerable<IReadOnlyList<string>> points = [[]];
        for (var i = 0; i < spaces.Count; i++)
        {
            var (name, grid) = (spaces[i].Name, grids[i]);
            points = points.SelectMany(point => grid.Select(value => (IReadOnlyList<string>)[.. point, $"{name}={value}"]));
        }

        return [.. points];
    }

    /// <summary>Points by chance, none twice; the same seed gives the same ones, on every machine.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Random(IReadOnlyList<Space> spaces, int count, long seed)
    {
        if (count > Most) throw RefusalException.Bad($"--random {count}: at most {Most}");
        var (points, known, state) = (new List<IReadOnlyList<string>>(), new HashSet<string>(StringComparer.Ordinal), unchecked((ulong)seed));
        // A small space runs out of points that are new.
        for (var tries = 0; points.Count < count && tries < 20 * (count + 10); tries++)
        {
            string[] point = [.. spaces.Select(space => $"{space.Name}={space.Draw(Next(ref state))}")];
            if (known.Add(string.Join('\0', point))) points.Add(point);
        }

        return points;
    }

    /// <summary>SplitMix64 (Steele, Lea, Flood 2014): the runtime's own generator may change with its version.</summary>
    private static double Next(ref ulong state)
    {
        unchecked
        {
            state += 0x9E3779B97F4A7C15;
            var z = state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
        }
    }
}
