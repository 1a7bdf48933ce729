namespace Glovebox.Query;

internal enum TokenKind
{
    Word,
    Text,
    Operator,
    Open,
    Close,
    End,
}

/// <param name="Column">1-based, for messages.</param>
internal readonly record struct Token(TokenKind Kind, string Value, int Column);
