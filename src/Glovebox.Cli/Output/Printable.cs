using System.Text;

namespace Glovebox.Cli.Output;

/// <summary>Text that came from elsewhere, made safe to show: no byte of it can move a cursor or forge a line.</summary>
internal static class Printable
{
    public static string Line(string text)
    {
        if (NextUnsafe(text, 0) == text.Length) return text;
        var shown = new StringBuilder(text.Length + 8);
        for (var from = 0; from < text.Length;)
        {
            var at = NextUnsafe(text, from);
            shown.Append(text, from, at - from);
            if (at < text.Length) shown.Append(Escape(text[at]));
            from = at + 1;
        }

        return shown.ToString();
    }

    /// <summary>A command as a POSIX shell would take it.</summary>
    public static string Command(IEnumerable<string> words) => string.Join(' ', words.Select(Word));

    private static string Word(string word)
    {
        if (word.Length > 0 && word.All(NeedsNoQuotes)) return word;
        if (NextUnsafe(word, 0) < word.Length) return $"$'{Line(word.Replace("\\", "\\\\").Replace("'", "\\'"))}'";
        return $"'{word.Replace("'", "'\\''")}'";
    }

    private static bool NeedsNoQuotes(char c) =>
        char.IsLetterOrDigit(c) || c is '_' or '-' or '.' or '/' or ':' or '=' or ',' or '+' or '@' or '%' or '{' or '}';

    private static string Escape(char c) => c switch
    {
        '\n' => "\\n",
        '\t' => "\\t",
        // A byte that is not UTF-8 stands as a lone low surrogate (see TreeEntry.Path).
        _ when char.IsLowSurrogate(c) => $"\\x{c - 0xDC00:x2}",
        _ => $"\\x{(int)c:x2}",
    };

    /// <returns>The length of <paramref name="text"/> when there is none.</returns>
    private static int NextUnsafe(string text, int from)
    {
        for (var i = from; i < text.Length; i++)
        {
            if (char.IsControl(text[i])) return i;
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return i;
            i++;
        }

        return text.Length;
    }
}
