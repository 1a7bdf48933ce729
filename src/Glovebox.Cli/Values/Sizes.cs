using Glovebox.Api;
using Glovebox.Api.Values;

namespace Glovebox.Cli.Values;

/// <summary>Sizes as users type them: <c>512m</c>, <c>1.5g</c>, <c>2gib</c>; units are powers of 1024, and none means bytes.</summary>
internal static class Sizes
{
    /// <param name="option">Named in the refusal.</param>
    /// <exception cref="RefusalException">Not a size.</exception>
    public static long Parse(string option, string text) => SizeText.TryParse(text, out var bytes)
        ? bytes
        : throw RefusalException.Bad($"{option} '{text}': not a size. Give a number with k, m, g or t, such as 512m or 1.5g");
}
