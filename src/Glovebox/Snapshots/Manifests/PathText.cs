using System.Buffers;
using System.Globalization;
using System.Text;
using Glovebox.Files;

namespace Glovebox.Snapshots.Manifests;

/// <summary>
/// Paths in a manifest: printable UTF-8 stands as it is; '%', control characters, bytes that are not UTF-8 and the characters that are
/// invisible or turn the direction of a line stand as %XX of each of their bytes. Which those are is fixed here and must never change.
/// </summary>
internal static class PathText
{
    public static void Write(string path, TextBuffer output)
    {
        if (IsPlain(path))
        {
            output.Advance(Encoding.ASCII.GetBytes(path, output.Room(path.Length)));
            return;
        }
        ReadOnlySpan<byte> rest = PathBytes.FromText(path);
        while (!rest.IsEmpty)
        {
            var valid = Rune.DecodeFromUtf8(rest, out var rune, out var length) == OperationStatus.Done;
            var character = rest[..length];
            rest = rest[length..];
            if (valid && !IsEscaped(rune.Value)) output.Add(character);
            else foreach (var one in character) Escape(one, output);
        }
    }

    /// <exception cref="FormatException">A '%' without two digits behind.</exception>
    public static string Read(ReadOnlySpan<byte> text)
    {
        if (!text.Contains((byte)'%')) return PathBytes.ToText(text);
        var bytes = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            bytes[length++] = text[i] != '%' ? text[i]
                : i + 2 < text.Length && byte.TryParse(text.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, null, out var value) ? value
                : throw new FormatException("a '%' in a path has no two digits behind it");
            if (text[i] == '%') i += 2;
        }
        return PathBytes.ToText(bytes.AsSpan(0, length));
    }

    private static bool IsPlain(string path)
    {
        foreach (var character in path)
        {
            if (character is < ' ' or > '~' or '%') return false;
        }
        return true;
    }

    private static bool IsEscaped(int character) => character
        is '%' or < 0x20 or (>= 0x7F and <= 0x9F)
        or (>= 0x200B and <= 0x200F) or (>= 0x2028 and <= 0x202E) or (>= 0x2060 and <= 0x206F) or 0xFEFF;

    private static void Escape(byte value, TextBuffer output)
    {
        var digits = output.Room(3);
        digits[0] = (byte)'%';
        value.TryFormat(digits[1..], out _, "X2");
        output.Advance(3);
    }
}
