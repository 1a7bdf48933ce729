namespace Glovebox.Blobs;

/// <summary>The SHA-256 of a blob's bytes, as 64 lower-case hexadecimal digits.</summary>
public readonly record struct BlobId(string Hex)
{
    private const int Digits = 64;

    /// <summary>The id of a digest of 32 bytes.</summary>
    public static BlobId Of(ReadOnlySpan<byte> digest)
    {
        // By hand: the runtime's own is vector code, compiled at start, and a capture makes one of these a file.
        Span<char> hex = stackalloc char[Digits];
        for (var i = 0; i < digest.Length; i++)
        {
            hex[2 * i] = Digit(digest[i] >> 4);
            hex[2 * i + 1] = Digit(digest[i] & 15);
        }
        return new BlobId(new string(hex));

        static char Digit(int value) => (char)(value + (value < 10 ? '0' : 'a' - 10));
    }

    /// <summary>True for exactly 64 lower-case hexadecimal digits: nothing else may become part of a path.</summary>
    public static bool IsValid(ReadOnlySpan<char> hex)
    {
        foreach (var digit in hex)
        {
            if (!char.IsAsciiHexDigitLower(digit)) return false;
        }
        return hex.Length == Digits;
    }

    public override string ToString() => Hex;
}
