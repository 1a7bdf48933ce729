using Glovebox.Api;

namespace Glovebox.Spelling;

/// <summary>Things are named by any part of their id that no other has.</summary>
internal static class IdPart
{
    /// <summary>How many to look for: more than one is a refusal, which names some.</summary>
    public const int Enough = 6;

    private const int Shortest = 4;

    /// <exception cref="RefusalException">Bad: too short.</exception>
    public static string Check(string what, string part) => part.Length >= Shortest
        ? part
        : throw RefusalException.Bad($"'{part}' is too short for the id of {(what[0] is 'e' ? "an" : "a")} {what}: give {Shortest} characters or more of it");

    /// <param name="found">What has the part, at most <see cref="Enough"/>.</param>
    /// <param name="mend">Where to look when there is none.</param>
    /// <exception cref="RefusalException">NotFound or Conflict: there is none, or there are several.</exception>
    public static T One<T>(string what, string part, IReadOnlyList<T> found, Func<T, string> id, string mend) => found.Count switch
    {
        0 => throw RefusalException.NotFound($"no {what} '{part}'; {mend}"),
        1 => found[0],
        _ => throw RefusalException.Conflict(
            $"'{part}' is part of several ids: {string.Join(", ", found.Take(Enough - 1).Select(id))}{(found.Count == Enough ? ", …" : "")}; give more of it"),
    };
}
