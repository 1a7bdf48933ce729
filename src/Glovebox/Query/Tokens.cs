using System.Text;
using Glovebox.Api;

namespace Glovebox.Query;

/// <summary>Cuts a condition into words, quoted texts, operators and parentheses.</summary>
internal static class Tokens
{
    private const string OperatorSigns = "=!<>~";

    public static List<Token> Read(string text)
    {
        var tokens = new List<Token>();
        var at = 0;
        while (at < text.Length)
        {
            var c = text[at];
            if (char.IsWhiteSpace(c)) at++;
            else if (c is '(' or ')') tokens.Add(new Token(c == '(' ? TokenKind.Open : TokenKind.Close, c.ToString(), ++at));
            else if (c is '\'' or '"') tokens.Add(Quoted(text, ref at));
            else if (OperatorSigns.Contains(c, StringComparison.Ordinal)) tokens.Add(Sign(text, ref at));
            else tokens.Add(Word(text, ref at));
        }

        tokens.Add(new Token(TokenKind.End, "", text.Length + 1));
        return tokens;
    }

    private static Token Word(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && !char.IsWhiteSpace(text[at]) && text[at] is not ('(' or ')' or '\'' or '"')
            && !OperatorSigns.Contains(text[at], StringComparison.Ordinal)) at++;
        return new Token(TokenKind.Word, text[start..at], start + 1);
    }

    private static Token Sign(string text, ref int at)
    {
        var start = at++;
        if (at < text.Length && text[at] == '=') at++;
        var sign = text[start..at];
        if (sign is "!" or "~=") throw RefusalException.Bad($"where: '{sign}' at column {start + 1} is no operator; use = != < <= > >= or ~");
        return new Token(TokenKind.Operator, sign, start + 1);
    }

    private static Token Quoted(string text, ref int at)
    {
        var start = at;
        var quote = text[at++];
        var value = new StringBuilder();
        while (at < text.Length && text[at] != quote)
        {
            if (text[at] == '\\' && at + 1 < text.Length) at++;
            value.Append(text[at++]);
        }

        if (at == text.Length) throw RefusalException.Bad($"where: the text that begins at column {start + 1} has no closing {quote}");
        at++;
        return new Token(TokenKind.Text, value.ToString(), start + 1);
    }
}
