using System.Globalization;
using System.Text;
using Glovebox.Api;

namespace Glovebox.Jobs.Specs;

/// <summary>What values of fields may be, in messages that name the field.</summary>
/// <param name="name">From our path of a field to the one its user wrote.</param>
internal sealed class FieldRules(Func<string, string> name)
{
    private const int Shown = 60;

    /// <exception cref="RefusalException">Unless <paramref name="holds"/>.</exception>
    public void That(bool holds, string path, string otherwise)
    {
        if (!holds) throw Refuse(path, otherwise);
    }

    public RefusalException Refuse(string path, string reason) => RefusalException.Bad($"{name(path)}: {reason}");

    /// <summary>Null passes; not-a-number does not.</summary>
    public void Within(string path, double? value, double least, double most)
    {
        if (value is not { } number || (number >= least && number <= most)) return;
        throw Refuse(path, $"{Say(number)} is not between {Say(least)} and {Say(most)}");
    }

    /// <summary>Null passes.</summary>
    public void AtLeast(string path, double? value, double least)
    {
        if (value is { } number && !(number >= least && double.IsFinite(number))) throw Refuse(path, $"{Say(number)} is less than {Say(least)}, or no number");
    }

    /// <summary>Null passes. Otherwise 1 to <paramref name="most"/> characters that every store and every kernel call can carry.</summary>
    public void Text(string path, string? text, int most)
    {
        if (text is null) return;
        That(text.Length > 0, path, "empty");
        That(text.Length <= most, path, $"{text.Length} characters; at most {most} are allowed");
        Clean(path, text);
    }

    /// <summary>Neither a NUL nor half a character.</summary>
    public void Clean(string path, string text)
    {
        That(!text.Contains('\0'), path, "holds a NUL character");
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            That(char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]), path, "holds half a character (a lone surrogate)");
            i++;
        }
    }

    /// <summary>A path below some directory that it cannot leave.</summary>
    public void Inside(string path, string text)
    {
        Text(path, text, 4096);
        That(!text.StartsWith('/') && !text.Split('/').Any(part => part is "" or "." or ".."), path,
            $"'{Cut(text)}' is not a path below the working directory: without a leading '/', '.', '..' or empty parts");
    }

    /// <summary>Null passes. A path from the root that stays where it says.</summary>
    public void Absolute(string path, string? text)
    {
        if (text is null) return;
        Text(path, text, 4096);
        That(text.StartsWith('/') && !text.Split('/').Contains(".."), path, $"'{Cut(text)}' is not an absolute path without '..'");
    }

    /// <summary>Bytes that the texts take, together.</summary>
    public static long Size(IEnumerable<string> texts) => texts.Sum(text => (long)Encoding.UTF8.GetByteCount(text));

    public static string Cut(string text) => text.Length <= Shown ? text : text[..Shown] + "…";

    private static string Say(double number) => number.ToString("0.###############", CultureInfo.InvariantCulture);
}
