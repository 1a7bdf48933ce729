using System.Security.Cryptography;
using System.Text;

namespace Glovebox.Images;

/// <summary>A SHA-256 that names something by its content: a layer, an image, an environment's lock.</summary>
/// <param name="Hex">64 lower-case hexadecimal digits.</param>
public readonly record struct Digest(string Hex)
{
    private const string Prefix = "sha256:";

    public override string ToString() => Prefix + Hex;

    /// <summary>Reads <c>sha256:HEX</c>; null for anything else.</summary>
    public static Digest? Parse(string text) =>
        text.StartsWith(Prefix, StringComparison.Ordinal) && IsHex(text.AsSpan(Prefix.Length)) ? new Digest(text[Prefix.Length..]) : null;

    public static Digest Of(ReadOnlySpan<byte> bytes) => new(Convert.ToHexStringLower(SHA256.HashData(bytes)));

    public static Digest Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    /// <summary>Reads the file once, from start to end.</summary>
    public static Digest OfFile(string path)
    {
        using var file = File.OpenRead(path);
        return new Digest(Convert.ToHexStringLower(SHA256.HashData(file)));
    }

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public static bool IsHex(ReadOnlySpan<char> text)
    {
        if (text.Length != 64) return false;
        foreach (var digit in text)
        {
            if (!char.IsAsciiHexDigitLower(digit)) return false;
        }
        return true;
    }
}
