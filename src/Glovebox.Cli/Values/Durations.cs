using Glovebox.Api;
using Glovebox.Api.Values;

namespace Glovebox.Cli.Values;

/// <summary>Durations as users type them: <c>10s</c>, <c>5m</c>, <c>1h30m</c>, <c>2d</c>; the larger unit first.</summary>
internal static class Durations
{
    /// <param name="option">Named in the refusal.</param>
    /// <exception cref="RefusalException">Not a duration, or none at all.</exception>
    public static TimeSpan Parse(string option, string text) => DurationText.TryParse(text, out var duration)
        ? duration
        : throw RefusalException.Bad(
            $"{option} '{text}': not a duration. Give whole numbers with d, h, m, s or ms, the larger unit first, such as 10s, 5m, 1h30m or 2d");
}
