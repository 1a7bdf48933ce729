using System.Text.Json;

namespace Glovebox.Runs.Tracking;

/// <summary>JSON as Python's json module writes it: NaN, Infinity and -Infinity stand bare, which RFC 8259 does not allow.</summary>
internal static class LooseJson
{
    private static readonly byte[][] Words = ["-Infinity"u8.ToArray(), "Infinity"u8.ToArray(), "NaN"u8.ToArray()];

    /// <summary>Null when it is not JSON even so.</summary>
    public static JsonDocument? TryParse(ReadOnlyMemory<byte> text)
    {
        try
        {
            return JsonDocument.Parse(Strict(text));
        }
        catch (JsonException)
        {
            // The file stays among the outputs, where its owner can see what is wrong with it.
            return null;
        }
    }

    /// <summary>Puts quotes around the three words where they stand outside of a text.</summary>
    private static ReadOnlyMemory<byte> Strict(ReadOnlyMemory<byte> text)
    {
        var bytes = text.Span;
        if (bytes.IndexOf("NaN"u8) < 0 && bytes.IndexOf("Infinity"u8) < 0) return text;
        var strict = new List<byte>(bytes.Length + 64);
        var quoted = false;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (!quoted && WordAt(bytes[i..]) is { } word)
            {
                strict.Add((byte)'"');
                strict.AddRange(word);
                strict.Add((byte)'"');
                i += word.Length - 1;
                continue;
            }

            strict.Add(bytes[i]);
            if (bytes[i] == '"') quoted = !quoted;
            else if (quoted && bytes[i] == '\\' && i + 1 < bytes.Length) strict.Add(bytes[++i]);
        }

        return strict.ToArray();
    }

    private static byte[]? WordAt(ReadOnlySpan<byte> rest)
    {
        foreach (var word in Words)
            if (rest.StartsWith(word)) return word;
        return null;
    }
}
