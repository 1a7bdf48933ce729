namespace Glovebox.Snapshots.Ignoring;

/// <summary>The named classes of POSIX sets, in ASCII and with git's idea of white space (no vertical tab, no form feed).</summary>
internal static class CharacterClass
{
    /// <returns>False when there is no such class.</returns>
    public static bool TryContains(ReadOnlySpan<byte> name, byte value, out bool contained)
    {
        var letter = (char)value;
        var printable = value is >= 0x20 and < 0x7F;
        var alphanumeric = char.IsAsciiLetterOrDigit(letter);
        var space = value is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r';
        bool? answer =
            name.SequenceEqual("alnum"u8) ? alphanumeric
            : name.SequenceEqual("alpha"u8) ? char.IsAsciiLetter(letter)
            : name.SequenceEqual("blank"u8) ? value is (byte)' ' or (byte)'\t'
            : name.SequenceEqual("cntrl"u8) ? value is < 0x20 or 0x7F
            : name.SequenceEqual("digit"u8) ? char.IsAsciiDigit(letter)
            : name.SequenceEqual("graph"u8) ? printable && !space
            : name.SequenceEqual("lower"u8) ? char.IsAsciiLetterLower(letter)
            : name.SequenceEqual("print"u8) ? printable
            : name.SequenceEqual("punct"u8) ? printable && !space && !alphanumeric
            : name.SequenceEqual("space"u8) ? space
            : name.SequenceEqual("upper"u8) ? char.IsAsciiLetterUpper(letter)
            : name.SequenceEqual("xdigit"u8) ? char.IsAsciiHexDigit(letter)
            : null;
        contained = answer ?? false;
        return answer is not null;
    }
}
