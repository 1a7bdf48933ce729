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
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, Utc, out var instant)) return instant;
        throw RefusalException.Bad($"{option} '{text}': not a time. Give an age such as 2d or 1h30m, or a date such as 2026-03-01 or 2026-03-01T12:00:00Z");
    }
}
