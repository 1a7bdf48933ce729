using System.Text;
using Glovebox.Api;

namespace Glovebox.Jobs.Specs;

/// <summary>
/// Splits a text into words as a POSIX shell does (XCU 2.2 and 2.3): blanks part them, single quotes keep all, double quotes keep all but a
/// backslash before <c>$ ` " \</c>, a backslash keeps the next character. Nothing is expanded, and operators are plain characters.
/// </summary>
internal static class ShellWords
{
    /// <param name="path">Named in the refusal.</param>
    /// <exception cref="RefusalException">A quote or a backslash at the end is left open.</exception>
    public static IReadOnlyList<string> Split(string path, string text)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        for (var at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case ' ' or '\t' or '\n' or '\r':
                    if (word is not null) words.Add(word.ToString());
                    word = null;
                    break;
                case '\'':
                    at = Single(path, text, at, word ??= new StringBuilder());
                    break;
                case '"':
                    at = Double(path, text, at, word ??= new StringBuilder());
                    break;
                case '\\':
                    if (++at == text.Length) throw RefusalException.Bad($"{path}: ends with a backslash that has nothing to quote");
                    if (text[at] != '\n') (word ??= new StringBuilder()).Append(text[at]);
                    break;
                case var plain:
                    (word ??= new StringBuilder()).Append(plain);
                    break;
            }
        }

        if (word is not null) words.Add(word.ToString());
        return words;
    }

    /// <returns>Where the closing quote is.</returns>
    private static int Single(string path, string text, int open, StringBuilder word)
    {
        var close = text.IndexOf('\'', open + 1);
        if (close < 0) throw Unclosed(path, '\'', open);
        word.Append(text, open + 1, close - open - 1);
        return close;
    }

    private static int Double(string path, string text, int open, StringBuilder word)
    {
        for (var at = open + 1; at < text.Length; at++)
        {
            if (text[at] == '"') return at;
            var quotes = text[at] == '\\' && at + 1 < text.Length && text[at + 1] is '$' or '`' or '"' or '\\' or '\n';
            if (quotes) at++;
            if (!quotes || text[at] != '\n') word.Append(text[at]);
        }

        throw Unclosed(path, '"', open);
    }

    private static RefusalException Unclosed(string path, char quote, int open) =>
        RefusalException.Bad($"{path}: the {quote} at character {open + 1} has no end. Close it, or give the command as a list of words");
}
