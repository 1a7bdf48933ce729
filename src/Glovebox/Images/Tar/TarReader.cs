using System.Globalization;
using System.Text;
using Glovebox.Files;

namespace Glovebox.Images.Tar;

/// <summary>The archive is not whole, or not a tar.</summary>
internal sealed class TarException(string reason) : Exception(reason);

/// <summary>Reads tar one entry after the other: ustar, pax and GNU's long names. Every header's checksum is checked, and the end mark is
/// required.</summary>
internal sealed class TarReader(Stream input)
{
    private const int LongestHeader = 1024 * 1024;

    private readonly byte[] _header = new byte[TarFormat.Block];
    private long _unread;
    private int _padding;

    /// <summary>Bytes read so far, for messages and progress.</summary>
    public long Position { get; private set; }

    /// <summary>The next entry; null after the last. Content that was not read is passed over.</summary>
    /// <exception cref="TarException">Truncated, a wrong checksum, or a form that is not read.</exception>
    public TarEntry? Next()
    {
        PassOverContent();
        var pax = new Dictionary<string, byte[]>();
        byte[]? longName = null, longTarget = null;
        while (true)
        {
            ReadExactly(_header);
            ReadOnlySpan<byte> header = _header;
            if (header.IndexOfAnyExcept((byte)0) < 0) return null;
            if (TarFormat.Number(header.In(TarFormat.Checksum)) != TarFormat.Sum(header))
                throw new TarException($"the header at byte {Position - TarFormat.Block} has a wrong checksum");
            var size = Number(TarFormat.Size, "size");
            switch ((char)header[TarFormat.Type])
            {
                case 'x': ReadPax(ReadSmall(size), pax); break;
                case 'g': ReadSmall(size); break;
                case 'L': longName = ReadSmall(size); break;
                case 'K': longTarget = ReadSmall(size); break;
                default: return Entry(size, pax, longName, longTarget);
            }
        }
    }

    private TarEntry Entry(long size, Dictionary<string, byte[]> pax, byte[]? longName, byte[]? longTarget)
    {
        ReadOnlySpan<byte> header = _header;
        var path = pax.GetValueOrDefault("path") ?? longName ?? ShortName(header);
        var target = pax.GetValueOrDefault("linkpath") ?? longTarget ?? TarFormat.Text(header.In(TarFormat.Target)).ToArray();
        var kind = header[TarFormat.Type] switch
        {
            0 or (byte)'7' => TarKind.File,
            var flag when Enum.IsDefined((TarKind)flag) => (TarKind)flag,
            var flag =>
                throw new TarException(
                    $"'{PathBytes.ToText(path)}' is of type '{(char)flag}', which is not read (GNU sparse and multi-volume archives are "
                    + "not)"),
        };
        if (pax.Keys.Any(key => key.StartsWith("GNU.sparse.", StringComparison.Ordinal)))
            throw new TarException($"'{PathBytes.ToText(path)}' is stored sparse, which is not read: write the archive without --sparse");
        // Old tar marks a directory by the slash at its end.
        if (kind == TarKind.File && path.Length > 0 && path[^1] == '/') kind = TarKind.Directory;
        size = Decimal(pax, "size") ?? size;
        _unread = kind == TarKind.File ? size : 0;
        _padding = TarFormat.Padding(_unread);
        if (path.AsSpan().Contains((byte)0) || target.AsSpan().Contains((byte)0))
            throw new TarException($"a name at byte {Position} holds a NUL");
        return new TarEntry(
            PathBytes.ToText(path), kind, (int)(Number(TarFormat.Mode, "mode") & 0xFFF),
            (uint)(Decimal(pax, "uid") ?? Number(TarFormat.User, "uid")), (uint)(Decimal(pax, "gid") ?? Number(TarFormat.Group, "gid")),
            _unread, Decimal(pax, "mtime") ?? TarFormat.Number(header.In(TarFormat.Modified)) ?? 0,
            PathBytes.ToText(target), pax.GetValueOrDefault(TarFormat.CapabilityRecord));
    }

    private static byte[] ShortName(ReadOnlySpan<byte> header)
    {
        var name = TarFormat.Text(header.In(TarFormat.Name));
        var prefix = header.In(TarFormat.Magic).StartsWith("ustar\0"u8) ? TarFormat.Text(header.In(TarFormat.Prefix)) : [];
        return prefix.IsEmpty ? name.ToArray() : [.. prefix, (byte)'/', .. name];
    }

    /// <summary>Reads content of the present entry; 0 at its end.</summary>
    public int Read(Span<byte> buffer)
    {
        if (_unread == 0) return 0;
        var count = input.Read(buffer[..(int)Math.Min(buffer.Length, _unread)]);
        if (count == 0) throw Truncated();
        _unread -= count;
        Position += count;
        return count;
    }

    private void PassOverContent()
    {
        Span<byte> waste = stackalloc byte[16 * 1024];
        while (Read(waste) > 0) { }
        ReadExactly(waste[.._padding]);
        _padding = 0;
    }

    private byte[] ReadSmall(long size)
    {
        if (size is < 0 or > LongestHeader) throw new TarException($"an extended header of {size} bytes at byte {Position}");
        var content = new byte[size];
        ReadExactly(content);
        Span<byte> padding = stackalloc byte[TarFormat.Block];
        ReadExactly(padding[..TarFormat.Padding(size)]);
        return (char)_header[TarFormat.Type] is 'L' or 'K' ? TarFormat.Text(content).ToArray() : content;
    }

    private void ReadPax(ReadOnlySpan<byte> records, Dictionary<string, byte[]> pax)
    {
        while (!records.IsEmpty)
        {
            var space = records.IndexOf((byte)' ');
            if (space < 0 || !int.TryParse(Encoding.ASCII.GetString(records[..space]), out var length) || length <= space + 2
                || length > records.Length)
                throw new TarException($"a broken pax header before byte {Position}");
            var record = records[(space + 1)..(length - 1)];
            var equals = record.IndexOf((byte)'=');
            if (equals < 0) throw new TarException($"a broken pax header before byte {Position}");
            pax[Encoding.UTF8.GetString(record[..equals])] = record[(equals + 1)..].ToArray();
            records = records[length..];
        }
    }

    private static long? Decimal(Dictionary<string, byte[]> pax, string key)
    {
        if (!pax.TryGetValue(key, out var value)) return null;
        return decimal.TryParse(Encoding.ASCII.GetString(value), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number is > long.MinValue and < long.MaxValue && (key == "mtime" || number >= 0)
            ? (long)decimal.Floor(number) : throw new TarException($"the pax header's {key} is no number");
    }

    private long Number((int At, int Length) field, string what) =>
        TarFormat.Number(((ReadOnlySpan<byte>)_header).In(field))
            ?? throw new TarException($"the {what} in the header before byte {Position} is no number");

    private void ReadExactly(Span<byte> buffer)
    {
        if (input.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) < buffer.Length) throw Truncated();
        Position += buffer.Length;
    }

    private TarException Truncated() => new($"it ends in the middle, after byte {Position}: it was truncated");
}
