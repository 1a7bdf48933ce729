using System.Globalization;
using Glovebox.Api;
using Glovebox.Api.Values;

namespace Glovebox.Cli.Values;

/// <summary>Points in time as users type them: an age (<c>2d</c>), a date (midnight UTC) or a full RFC 3339 time.</summary>
internal static class Instants
{
    private static readonly string[] Formats = ["yyyy-MM-dd", "yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"];

    /// <param name="option">Named in the refusal.</param>
    /// <exception cref="RefusalException">Neither of them.</exception>
    public static DateTimeOffset Parse(string option, string text, TimeProvider clock)
    {
        if (DurationText.TryParse(text, out var age)) return clock.GetUtcNow() - age;
        if (TryAbsolute(text, out var instant)) return instant;
        throw RefusalException.Bad($"{option} '{text}': not a time. Give an age such as 2d or 1h30m, or a date such as 2026-03-01 or 2026-03-01T12:00:00Z");
    }

    /// <exception cref="RefusalException">Not a date or RFC 3339 time.</exception>
    public static DateTimeOffset Absolute(string option, string text) => TryAbsolute(text, out var instant)
        ? instant
        : throw RefusalException.Bad($"{option} '{text}': not a time. Give one such as 2026-03-01 or 2026-03-01T12:00:00Z");

    /// <summary>In the future: a time from now on (<c>2h</c>), a date or a full time.</summary>
    /// <exception cref="RefusalException">Neither of them.</exception>
    public static DateTimeOffset Ahead(string option, string text, TimeProvider clock) =>
        DurationText.TryParse(text, out var wait) ? clock.GetUtcNow() + wait : Absolute(option, text);

    private static bool TryAbsolute(string text, out DateTimeOffset instant) => DateTimeOffset.TryParseExact(
        text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out instant);
}
