using System.Security.Cryptography;
using Glovebox.Api;
using Glovebox.Api.Runs;

namespace Glovebox.Runs;

/// <summary>Ids of runs: made at random, named by any unique part.</summary>
internal static class RunIds
{
    private const int Digits = 12;
    private const int Shortest = 4;

    public static string New() => RandomNumberGenerator.GetHexString(Digits, lowercase: true);

    /// <exception cref="RefusalException">Too short, unknown, or not unique.</exception>
    public static async Task<Run> FindAsync(IRunStore store, string part, CancellationToken cancellation)
    {
        if (part.Length < Shortest) throw RefusalException.Bad($"'{part}' is too short for a run's id: give {Shortest} characters or more of it");
        const int enough = 6;
        var found = await store.FindAsync(part, enough, cancellation);
        return found.Count switch
        {
            0 => throw RefusalException.NotFound($"no run '{part}'; 'glovebox runs ls' lists them"),
            1 => found[0],
            _ => throw RefusalException.Conflict(
                $"'{part}' is part of several ids: {string.Join(", ", found.Take(enough - 1).Select(r => r.Id))}{(found.Count == enough ? ", …" : "")}; give more of it"),
        };
    }
}
