namespace Glovebox.Snapshots.Ignoring;

/// <summary>
/// Matches shell patterns as git does (gitignore(5)), on bytes: <c>?</c>, <c>*</c>, <c>[…]</c>, backslash, and <c>**</c> between slashes.
/// Only the last star and the last double star are ever tried again, so a hostile pattern costs at most the product of the lengths.
/// </summary>
internal static class Glob
{
    /// <param name="inPath">True when stars, question marks and sets stop at slashes and <c>**</c> does not.</param>
    public static bool Matches(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text, bool inPath)
    {
        int p = 0, t = 0;
        int star = -1, starText = 0;
        int deep = -1, deepText = 0;
        var wholeFolders = false;
        while (true)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                var first = p;
                while (p < pattern.Length && pattern[p] == '*') p++;
                if (inPath && !IsDeep(pattern, first, p))
                {
                    (star, starText) = (p, t);
                    continue;
                }
                // "**/" stands for nothing or for whole folders; any other deep star for whatever there is.
                wholeFolders = inPath && p < pattern.Length && pattern[p] == '/';
                if (wholeFolders) p++;
                (deep, deepText, star) = (p, t, -1);
                continue;
            }
            if (p == pattern.Length && t == text.Length) return true;
            if (p < pattern.Length && t < text.Length && Step(pattern, ref p, text[t], inPath))
            {
                t++;
                continue;
            }
            if (star >= 0 && starText < text.Length && text[starText] != '/')
            {
                (p, t) = (star, ++starText);
                continue;
            }
            if (deep < 0) return false;
            star = -1;
            var next = wholeFolders ? text[deepText..].IndexOf((byte)'/') : deepText < text.Length ? 0 : -1;
            if (next < 0) return false;
            deepText += next + 1;
            (p, t) = (deep, deepText);
        }
    }

    /// <summary>Two stars or more that begin a part of the path and end it.</summary>
    private static bool IsDeep(ReadOnlySpan<byte> pattern, int first, int end)
    {
        if (end - first < 2 || (first > 0 && pattern[first - 1] != '/')) return false;
        var rest = pattern[end..];
        return rest.IsEmpty || rest[0] == '/' || rest.StartsWith("\\/"u8);
    }

    /// <summary>Matches one byte; moves on in the pattern when it does.</summary>
    private static bool Step(ReadOnlySpan<byte> pattern, ref int p, byte value, bool inPath)
    {
        switch (pattern[p])
        {
            case (byte)'?':
                p++;
                return !inPath || value != '/';
            case (byte)'[':
                return GlobSet.Matches(pattern, ref p, value) && (!inPath || value != '/');
            case (byte)'\\':
                if (p + 1 == pattern.Length || pattern[p + 1] != value) return false;
                p += 2;
                return true;
            default:
                return pattern[p++] == value;
        }
    }
}
