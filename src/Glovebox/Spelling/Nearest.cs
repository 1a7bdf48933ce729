using Glovebox.Spelling;
namespace Glovebox.Spelling;

/// <summary>The one name that a misspelt word was most likely meant to be.</summary>
public static class Nearest
{
    /// <summary>Null when none is close.</summary>
    public static string? Of(string typed, IEnumerable<string> candidates) => NearNames.Of(typed, candidates, 1) is [var near] ? near : null;

    /// <summary>Ready to be put behind a message: <c>; did you mean 'x'?</c>, or nothing.</summary>
    public static string Hint(string typed, IEnumerable<string> candidates) =>
        Of(typed, candidates) is { } near ? $"; did you mean '{near}'?" : "";
}
