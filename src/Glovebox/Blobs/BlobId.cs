using System.Buffers;

namespace Glovebox.Blobs;

/// <summary>The SHA-256 of a blob's bytes, as 64 lower-case hexadecimal digits.</summary>
public readonly record struct BlobId(string Hex)
{
    private const int Digits = 64;

    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdef");

    /// <summary>The id of a digest of 32 bytes.</summary>
    public static BlobId Of(ReadOnlySpan<byte> digest) => new(Convert.ToHexStringLower(digest));

    /// <summary>True for exactly 64 lower-case hexadecimal digits: nothing else may become part of a path.</summary>
    public static bool IsValid(ReadOnlySpan<char> hex) =>
        hex.Length == Digits && !hex.ContainsAnyExcept(Hexadecimal);

    public override string ToString() => Hex;
}
