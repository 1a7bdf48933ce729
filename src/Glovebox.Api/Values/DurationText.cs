using System.Globalization;

namespace Glovebox.Api.Values;

/// <summary>Durations as a person writes them: <c>10s</c>, <c>1h30m</c>, <c>2d</c>; whole numbers, the larger unit first.</summary>
public static class DurationText
{
    private static readonly string[] Units = ["d", "h", "m", "s", "ms"];
    private static ReadOnlySpan<long> Milliseconds => [86_400_000, 3_600_000, 60_000, 1000, 1];

    /// <returns>False when it is no duration, or none at all.</returns>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        decimal total = 0;
        var rest = text.AsSpan();
        for (var next = 0; !rest.IsEmpty;)
        {
            if (!TryTake(ref rest, out var number, out var unit) || unit < next) return false;
            total += (decimal)number * Milliseconds[unit];
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
