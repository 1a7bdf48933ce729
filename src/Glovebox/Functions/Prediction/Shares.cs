namespace Glovebox.Functions.Prediction;

/// <summary>How the node's places are shared out among functions by what was called lately.</summary>
internal static class Shares
{
    /// <summary>
    /// Each gets what it had at once at most, while that is to be had; else in proportion to its calls, and nobody more than it could use. The
    /// most called come first where a place does not divide.
    /// </summary>
    /// <param name="demands">Calls in the window, and the most that were there at once; both 0 for one that was not called.</param>
    public static int[] Assign(IReadOnlyList<(int Calls, int Peak)> demands, int places)
    {
        var given = new int[demands.Count];
        if (demands.Sum(demand => (long)demand.Peak) <= places)
        {
            for (var i = 0; i < given.Length; i++) given[i] = demands[i].Peak;
            return given;
        }
        double calls = demands.Sum(demand => (long)demand.Calls);
        var exact = demands.Select(demand => Math.Min(demand.Calls / calls * places, demand.Peak)).ToArray();
        var left = places;
        for (var i = 0; i < given.Length; i++) left -= given[i] = (int)exact[i];
        var order = Enumerable.Range(0, given.Length).OrderByDescending(i => exact[i] - given[i]).ThenByDescending(i => demands[i].Calls);
        foreach (var i in order)
        {
            if (left == 0) break;
            if (given[i] >= demands[i].Peak) continue;
            given[i]++;
            left--;
        }
        return given;
    }
}
