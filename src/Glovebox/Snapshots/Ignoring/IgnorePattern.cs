namespace Glovebox.Snapshots.Ignoring;

/// <summary>One line of an ignore file.</summary>
internal sealed class IgnorePattern
{
    private readonly byte[] _text;
    private readonly int _literal;
    private readonly bool _foldersOnly;
    private readonly bool _anchored;

    private IgnorePattern(ReadOnlySpan<byte> line)
    {
        Negative = line.StartsWith("!"u8);
        if (Negative) line = line[1..];
        _foldersOnly = line.EndsWith("/"u8);
        if (_foldersOnly) line = line[..^1];
        _anchored = line.Contains((byte)'/');
        if (line.StartsWith("/"u8)) line = line[1..];
        _text = line.ToArray();
        var special = line.IndexOfAny("*?[\\"u8);
        _literal = special < 0 ? line.Length : special;
    }

    /// <summary>True for a line that takes a path back in.</summary>
    public bool Negative { get; }

    /// <summary>Null for an empty line or a comment.</summary>
    public static IgnorePattern? Parse(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("#"u8)) return null;
        if (line.EndsWith("\r"u8)) line = line[..^1];
        // Lines are C strings to git.
        var nul = line.IndexOf((byte)0);
        if (nul >= 0) line = line[..nul];
        line = TrimSpaces(line);
        return line.IsEmpty ? null : new IgnorePattern(line);
    }

    /// <summary>Drops spaces at the end that no backslash keeps.</summary>
    private static ReadOnlySpan<byte> TrimSpaces(ReadOnlySpan<byte> line)
    {
        var kept = 0;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '\\') kept = Math.Min(++i + 1, line.Length);
            else if (line[i] != ' ') kept = i + 1;
        }
        return line[..kept];
    }

    /// <param name="path">Relative to the ignore file's folder.</param>
    /// <param name="name">The last part of the path.</param>
    public bool Matches(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, bool folder)
    {
        if (_foldersOnly && !folder) return false;
        var text = _anchored ? path : name;
        // As in git, the literal front is compared first and the rest stands alone: "a**/b" therefore reaches below "a".
        if (!text.StartsWith(_text.AsSpan(0, _literal))) return false;
        if (_literal == _text.Length) return text.Length == _literal;
        return Glob.Matches(_text.AsSpan(_anchored ? _literal : 0), text[(_anchored ? _literal : 0)..], _anchored);
    }
}
