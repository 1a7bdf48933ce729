using System.Globalization;

namespace Glovebox.Api.Values;

/// <summary>Sizes as a person writes them: <c>512m</c>, <c>1.5g</c>, <c>2gib</c>; units are powers of 1024, and none means bytes.</summary>
public static class SizeText
{
    private const string Units = "bkmgt";

    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        var digits = text.AsSpan().TrimEnd("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
        if (!TryFactor(text[digits.Length..].ToLowerInvariant(), out var factor)) return false;
        if (!decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return false;
        if (digits[0] == '.' || digits[^1] == '.' || number > long.MaxValue / factor) return false;
        bytes = (long)(number * factor);
        return bytes > 0;
    }

    private static bool TryFactor(string suffix, out long factor)
    {
        factor = 1;
        if (suffix.Length == 0) return true;
        var unit = Units.IndexOf(suffix[0]);
        if (unit < 0 || suffix[1..] is not ("" or "b" or "ib") || suffix is "bb" or "bib") return false;
        factor = 1L << (10 * unit);
        return true;
    }
}
