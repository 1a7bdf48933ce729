using System.Globalization;
using Glovebox.Api;

namespace Glovebox.Cli.Values;

/// <summary>Plain numbers, strictly.</summary>
internal static class Numbers
{
    /// <exception cref="RefusalException">Not a whole number, or smaller than <paramref name="least"/>.</exception>
    public static int Whole(string option, string text, int least)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least) return number;
        throw RefusalException.Bad($"{option} '{text}': give a whole number, {least} or more");
    }

    /// <exception cref="RefusalException">Not a number above 0.</exception>
    public static double Positive(string option, string text)
    {
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number > 0) return number;
        throw RefusalException.Bad($"{option} '{text}': give a number above 0, such as 1.5");
    }
}
