namespace Glovebox.Snapshots.Ignoring;

/// <summary>Sets in shell patterns: <c>[abc]</c>, <c>[a-z]</c>, <c>[!a]</c>, <c>[^a]</c>, <c>[[:digit:]]</c>, with backslash escapes.</summary>
internal static class GlobSet
{
    /// <summary>Matches a byte against the set that begins at an opening bracket, and moves behind it. A set that never ends matches nothing.</summary>
    public static bool Matches(ReadOnlySpan<byte> pattern, ref int at, byte value)
    {
        var p = at + 1;
        var negated = p < pattern.Length && pattern[p] is (byte)'!' or (byte)'^';
        if (negated) p++;
        var found = false;
        byte? low = null;
        for (var first = p; ; first = -1)
        {
            if (p >= pattern.Length) return false;
            if (pattern[p] == ']' && p != first) break;
            if (pattern[p] == '-' && low is { } from && p + 1 < pattern.Length && pattern[p + 1] != ']')
            {
                p++;
                if (!Literal(pattern, ref p, out var to)) return false;
                found |= value >= from && value <= to;
                low = null;
            }
            else if (pattern[p..].StartsWith("[:"u8) && ClassName(pattern, p, out var length) is var name && length > 0)
            {
                if (length == int.MaxValue || !CharacterClass.TryContains(name, value, out var contained)) return false;
                found |= contained;
                p += length;
                low = null;
            }
            else
            {
                if (!Literal(pattern, ref p, out var single)) return false;
                found |= value == single;
                low = single;
            }
        }
        at = p + 1;
        return found != negated;
    }

    private static bool Literal(ReadOnlySpan<byte> pattern, ref int p, out byte value)
    {
        if (pattern[p] == '\\') p++;
        value = p < pattern.Length ? pattern[p] : (byte)0;
        p++;
        return p <= pattern.Length;
    }

    /// <param name="length">All of "[:name:]"; 0 when this is no class and '[' stands for itself; the largest number when the set never ends.</param>
    private static ReadOnlySpan<byte> ClassName(ReadOnlySpan<byte> pattern, int p, out int length)
    {
        var rest = pattern[(p + 2)..];
        var end = rest.IndexOf((byte)']');
        length = end < 0 ? int.MaxValue : end > 0 && rest[end - 1] == ':' ? end + 3 : 0;
        return length is 0 or int.MaxValue ? [] : rest[..(end - 1)];
    }
}
