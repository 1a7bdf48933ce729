using System.Globalization;
using Glovebox.Api;

namespace Glovebox.Cli.Values;

/// <summary>Durations as users type them: <c>10s</c>, <c>5m</c>, <c>1h30m</c>, <c>2d</c>; the larger unit first.</summary>
internal static class Durations
{
    private static readonly string[] Units = ["d", "h", "m", "s", "ms"];
    private static ReadOnlySpan<long> Milliseconds => [86_400_000, 3_600_000, 60_000, 1000, 1];

    /// <param name="option">Named in the refusal.</param>
    /// <exception cref="RefusalException">Not a duration, or none at all.</exception>
    public static TimeSpan Parse(string option, string text) => TryParse(text, out var duration)
        ? duration
        : throw RefusalException.Bad(
            $"{option} '{text}': not a duration. Give whole numbers with d, h, m, s or ms, the larger unit first, such as 10s, 5m, 1h30m or 2d");

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        decimal total = 0;
        var rest = text.AsSpan();
        for (var next = 0; !rest.IsEmpty;)
        {
            if (!TryTake(ref rest, out var number, out var unit) || unit < next) return false;
            total += number * Milliseconds[unit];
            next = unit + 1;
        }

        if (total <= 0 || total > (decimal)TimeSpan.MaxValue.TotalMilliseconds) return false;
        duration = TimeSpan.FromMilliseconds((double)total);
        return true;
    }

    private static bool TryTake(ref ReadOnlySpan<char> rest, out long number, out int unit)
    {
        unit = -1;
        var digits = rest[..(rest.Length - rest.TrimStart("0123456789").Length)];
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number)) return false;
        rest = rest[digits.Length..];
        var name = rest[..(rest.Length - rest.TrimStart("dhms").Length)];
        for (var i = 0; i < Units.Length; i++)
            if (name.SequenceEqual(Units[i])) unit = i;
        rest = rest[name.Length..];
        return unit >= 0;
    }
}
