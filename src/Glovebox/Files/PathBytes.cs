using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Glovebox.Files;

/// <summary>
/// File names between the kernel's bytes and .NET's strings. Bytes that are not UTF-8 become the lone surrogates U+DC80..U+DCFF
/// (Python's "surrogateescape", PEP 383), so every name has exactly one string and every such string its name.
/// </summary>
public static class PathBytes
{
    private const char Escape = '\uDC00';

    public static string ToText(ReadOnlySpan<byte> bytes)
    {
        if (Ascii.IsValid(bytes)) return Encoding.ASCII.GetString(bytes);
        var chars = new char[bytes.Length];
        var written = 0;
        while (!bytes.IsEmpty)
        {
            var status = Utf8.ToUtf16(bytes, chars.AsSpan(written), out var read, out var count, replaceInvalidSequences: false);
            written += count;
            bytes = bytes[read..];
            if (status == OperationStatus.Done) break;
            chars[written++] = (char)(Escape + bytes[0]);
            bytes = bytes[1..];
        }
        return new string(chars, 0, written);
    }

    /// <summary>The path of a name in a folder; of the name alone in the root, which is empty.</summary>
    internal static string Join(string folder, ReadOnlySpan<byte> name)
    {
        if (folder.Length == 0) return ToText(name);
        if (folder.Length + name.Length > Name.Room || !Ascii.IsValid(name)) return string.Concat(folder, "/", ToText(name));
        Span<char> path = stackalloc char[folder.Length + 1 + name.Length];
        folder.CopyTo(path);
        path[folder.Length] = '/';
        Encoding.ASCII.GetChars(name, path[(folder.Length + 1)..]);
        return new string(path);
    }

    /// <exception cref="ArgumentException">A lone surrogate that stands for no byte, or a NUL.</exception>
    public static byte[] FromText(string text)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        return bytes[..FromText(text, bytes)];
    }

    private static int FromText(string text, byte[] bytes)
    {
        var rest = text.AsSpan();
        var written = 0;
        if (rest.Contains('\0')) throw new ArgumentException("a file name cannot hold a NUL character");
        while (!rest.IsEmpty)
        {
            var status = Utf8.FromUtf16(rest, bytes.AsSpan(written), out var read, out var count, replaceInvalidSequences: false);
            written += count;
            rest = rest[read..];
            if (status == OperationStatus.Done) break;
            if (rest[0] is < '\uDC80' or > '\uDCFF')
                throw new ArgumentException($"a file name cannot hold the lone surrogate U+{(int)rest[0]:X4}");
            bytes[written++] = (byte)(rest[0] - Escape);
            rest = rest[1..];
        }
        return written;
    }

    /// <summary>Compares two paths by their bytes, the order of a tree's entries.</summary>
    public static int Compare(string left, string right)
    {
        var at = left.AsSpan().CommonPrefixLength(right);
        if (at == left.Length || at == right.Length) return left.Length.CompareTo(right.Length);
        // Below the surrogates the order of UTF-16 and of UTF-8 is the same.
        if (left[at] < '\uD800' && right[at] < '\uD800') return left[at].CompareTo(right[at]);
        return FromText(left).AsSpan().SequenceCompareTo(FromText(right));
    }
}
