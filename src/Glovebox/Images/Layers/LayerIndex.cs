using System.Globalization;
using System.Text;
using Glovebox.Files;

namespace Glovebox.Images.Layers;

/// <summary>
/// What is known of a layer on disk. The file <c>index</c>: a first line <c>glovebox-layer 1 DIGEST TAR-BYTES CONTENT-BYTES ENTRIES</c>,
/// then a line an entry: kind, mode (octal), uid, gid, time, size, content's SHA-256 or '-', capability (hexadecimal) or '-', path, target,
/// between tabs; in names '\', tab and line feed are written \\, \t and \n.
/// </summary>
internal sealed record LayerIndex(Digest Digest, long TarBytes, long ContentBytes, int Count, IReadOnlyList<LayerEntry> Entries)
{
    private const string Kinds = "fdlhw", OpaqueDirectory = "o";

    public static void Write(string path, SealedLayer layer)
    {
        using var writer = new StreamWriter(path, append: false, new UTF8Encoding(false), 64 * 1024) { NewLine = "\n" };
        var bytes = layer.Entries.Sum(entry => entry.Size);
        writer.WriteLine($"glovebox-layer 1 {layer.Digest} {layer.TarBytes} {bytes} {layer.Entries.Count}");
        foreach (var entry in layer.Entries)
        {
            var kind = entry.Opaque ? OpaqueDirectory : Kinds[(int)entry.Kind].ToString();
            var capability = entry.Capability is null ? "-" : Convert.ToHexStringLower(entry.Capability);
            writer.WriteLine(string.Join('\t', kind, Convert.ToString(entry.Mode, 8), entry.User, entry.Group, entry.Modified, entry.Size,
                entry.Content ?? "-", capability, Escape(entry.Path), Escape(entry.Target)));
        }
    }

    /// <summary>The first line only: cheap.</summary>
    /// <exception cref="FormatException">Not an index.</exception>
    public static LayerIndex ReadHead(string path)
    {
        using var reader = new StreamReader(path, Encoding.UTF8, false, 256);
        return Head(reader);
    }

    public static LayerIndex Read(string path)
    {
        using var reader = new StreamReader(path, Encoding.UTF8, false, 64 * 1024);
        var head = Head(reader);
        var entries = new List<LayerEntry>(head.Count);
        while (reader.ReadLine() is { } line) entries.Add(Entry(line));
        return entries.Count == head.Count ? head with { Entries = entries } : throw new FormatException($"{path} is not whole");
    }

    private static LayerIndex Head(StreamReader reader)
    {
        var words = (reader.ReadLine() ?? "").Split(' ');
        if (words is not ["glovebox-layer", "1", var digest, var tar, var bytes, var count] || Digest.Parse(digest) is not { } parsed)
            throw new FormatException("not a layer's index");
        return new LayerIndex(parsed, Number(tar), Number(bytes), (int)Number(count), []);
    }

    private static LayerEntry Entry(string line)
    {
        var words = line.Split('\t');
        if (words.Length != 10) throw new FormatException("a broken line in a layer's index");
        return new LayerEntry(
            Unescape(words[8]), words[0] == OpaqueDirectory
                ? LayerEntryKind.Directory
                : (LayerEntryKind)Kinds.IndexOf(words[0][0]), Convert.ToInt32(words[1], 8),
            (uint)Number(words[2]), (uint)Number(words[3]), Number(words[4]), Number(words[5]), Unescape(words[9]),
            words[7] == "-" ? null : Convert.FromHexString(words[7]), words[0] == OpaqueDirectory, words[6] == "-" ? null : words[6]);
    }

    private static long Number(string text) => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    /// <summary>Bytes that are not UTF-8 would not survive the file's encoding: they are written \xHH.</summary>
    private static string Escape(string text)
    {
        if (!text.AsSpan().ContainsAny("\\\t\n\r") && !text.Any(char.IsSurrogate)) return text;
        var escaped = new StringBuilder();
        foreach (var rune in text)
        {
            _ = rune switch
            {
                '\\' => escaped.Append(@"\\"),
                '\t' => escaped.Append(@"\t"),
                '\n' => escaped.Append(@"\n"),
                '\r' => escaped.Append(@"\x0d"),
                >= '\uDC80' and <= '\uDCFF' when IsLone(escaped) => escaped.Append($"\\x{rune - '\uDC00':x2}"),
                _ => escaped.Append(rune),
            };
        }
        return escaped.ToString();
    }

    private static bool IsLone(StringBuilder before) => before.Length == 0 || !char.IsHighSurrogate(before[^1]);

    private static string Unescape(string text)
    {
        if (!text.Contains('\\')) return text;
        var bytes = new List<byte>();
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '\\')
            {
                var end = text.IndexOf('\\', at) is var next and >= 0 ? next : text.Length;
                bytes.AddRange(Encoding.UTF8.GetBytes(text[at..end]));
                at = end - 1;
                continue;
            }
            at++;
            if (text[at] == 'x')
            {
                bytes.Add(Convert.ToByte(text.Substring(at + 1, 2), 16));
                at += 2;
            }
            else bytes.Add((byte)(text[at] switch { 't' => '\t', 'n' => '\n', var other => other }));
        }
        return PathBytes.ToText([.. bytes]);
    }
}
