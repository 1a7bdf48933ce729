using System.Security.Cryptography;
using System.Text;

namespace Glovebox.Images;

/// <summary>A SHA-256 that names something by its content: a layer, an image, an environment's lock.</summary>
/// <param name="Hex">64 lower-case hexadecimal digits.</param>
public readonly record struct Digest(string Hex)
{
    private const string Prefix = "sha256:";
    private static readonly System.Buffers.SearchValues<char> HexDigits = System.Buffers.SearchValues.Create("0123456789abcdef");

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

    public static bool IsHex(ReadOnlySpan<char> text) => text.Length == 64 && !text.ContainsAnyExcept(HexDigits);
}
