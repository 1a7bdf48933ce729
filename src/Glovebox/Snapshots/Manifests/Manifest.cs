using System.Buffers.Text;
using System.Text;
using Glovebox.Blobs;
using Glovebox.Files;

namespace Glovebox.Snapshots.Manifests;

/// <summary>
/// A tree as text, the blob that its id is the digest of. The first line names the format; then one line an entry, in the byte order of the
/// paths, its fields parted by tabs, each line ended by a newline:
/// <code>
/// glovebox-tree 1
/// d  0755  0     -       src
/// f  0644  1204  SHA256  src/train.py
/// l  0777  0     ../x    src/link
/// </code>
/// The fields are the kind (file, directory, link), the octal mode, the bytes of a file, what it holds (a file's digest, a link's target,
/// '-'), and the path. Target and path are escaped as in <see cref="PathText"/>. One tree has one text: other spellings are refused.
/// </summary>
internal static class Manifest
{
    private static ReadOnlySpan<byte> Header => "glovebox-tree 1\n"u8;

    public static ReadOnlySpan<byte> Write(IReadOnlyList<TreeEntry> entries)
    {
        var output = new TextBuffer(Header.Length + entries.Count * 128);
        output.Add(Header);
        for (var i = 0; i < entries.Count; i++) Write(entries[i], output);
        return output.Written;
    }

    private static void Write(TreeEntry entry, TextBuffer output)
    {
        var front = output.Room(32);
        front[0] = entry.Kind switch { TreeEntryKind.File => (byte)'f', TreeEntryKind.Directory => (byte)'d', _ => (byte)'l' };
        front[1] = (byte)'\t';
        for (int i = 0, mode = entry.Mode; i < 4; i++, mode >>= 3) front[5 - i] = (byte)('0' + (mode & 7));
        front[6] = (byte)'\t';
        Utf8Formatter.TryFormat(entry.Size, front[7..], out var digits);
        front[7 + digits] = (byte)'\t';
        output.Advance(8 + digits);
        if (entry.Blob is { } blob) output.Advance(Encoding.ASCII.GetBytes(blob.Hex, output.Room(blob.Hex.Length)));
        else if (entry.Target is { } target) PathText.Write(target, output);
        else output.Add((byte)'-');
        output.Add((byte)'\t');
        PathText.Write(entry.Path, output);
        output.Add((byte)'\n');
    }

    /// <exception cref="FormatException">It is no manifest of this version, or not the one spelling of its tree.</exception>
    public static List<TreeEntry> Read(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith(Header)) throw new FormatException("it does not begin with 'glovebox-tree 1'");
        var entries = new List<TreeEntry>();
        for (var rest = text[Header.Length..]; !rest.IsEmpty;)
        {
            var end = rest.IndexOf((byte)'\n');
            if (end < 0) throw new FormatException("its last line is cut off");
            var entry = ReadLine(rest[..end]);
            if (entries.Count > 0 && PathBytes.Compare(entries[^1].Path, entry.Path) >= 0)
                throw new FormatException($"its paths are not in order at '{entry.Path}'");
            entries.Add(entry);
            rest = rest[(end + 1)..];
        }
        return Write(entries).SequenceEqual(text) ? entries : throw new FormatException("it is not in canonical form");
    }

    private static TreeEntry ReadLine(ReadOnlySpan<byte> line)
    {
        Span<Range> fields = stackalloc Range[6];
        if (line.Count((byte)'\t') != 4) throw new FormatException("a line has not five fields");
        var count = 0;
        foreach (var field in line.Split((byte)'\t')) fields[count++] = field;
        var kind = line[fields[0]] is [var letter] ? letter : default;
        var value = line[fields[3]];
        if (!Utf8Parser.TryParse(line[fields[2]], out long size, out var used) || used != line[fields[2]].Length || size < 0)
            throw new FormatException("a size is no number");
        var mode = ReadMode(line[fields[1]], kind == (byte)'d' ? TreeModes.Folder : TreeModes.File);
        var path = ReadPath(line[fields[4]]);
        return kind switch
        {
            (byte)'f' => new TreeEntry(path, TreeEntryKind.File, mode, size, ReadBlob(value), null),
            (byte)'d' => new TreeEntry(path, TreeEntryKind.Directory, mode, 0, null, null),
            (byte)'l' => new TreeEntry(path, TreeEntryKind.Symlink, mode, 0, null, PathText.Read(value)),
            _ => throw new FormatException("an entry is no file, directory or link"),
        };
    }

    /// <summary>A manifest may come from elsewhere: it must not make setuid files.</summary>
    private static int ReadMode(ReadOnlySpan<byte> digits, int allowed)
    {
        var mode = 0;
        foreach (var digit in digits)
            mode = digits.Length == 4 && digit is >= (byte)'0' and <= (byte)'7' ? mode * 8 + digit - '0' : throw new FormatException("a mode is not octal");
        return (mode & ~allowed) == 0 ? mode : throw new FormatException("a mode has bits that no tree keeps");
    }

    private static BlobId ReadBlob(ReadOnlySpan<byte> hex)
    {
        var text = Encoding.Latin1.GetString(hex);
        return BlobId.IsValid(text) ? new BlobId(text) : throw new FormatException("a digest is not 64 hexadecimal digits");
    }

    private static string ReadPath(ReadOnlySpan<byte> text)
    {
        var path = PathText.Read(text);
        return EntryPath.IsValid(path) ? path : throw new FormatException($"'{path}' is no path below a root");
    }
}
