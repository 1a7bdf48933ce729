using System.Text;

namespace Glovebox.Images.Tar;

/// <summary>
/// The header of tar: 512 bytes of fixed fields ("ustar interchange format" and "pax interchange format", POSIX.1-2017 pax; GNU's base-256
/// numbers, tar manual, "Extending tar").
/// </summary>
internal static class TarFormat
{
    public const int Block = 512;

    public const string CapabilityRecord = "SCHILY.xattr.security.capability";

    public static readonly (int At, int Length) Name = (0, 100), Mode = (100, 8), User = (108, 8), Group = (116, 8), Size = (124, 12),
        Modified = (136, 12),
        Checksum = (148, 8), Target = (157, 100), Magic = (257, 8), Prefix = (345, 155);

    public const int Type = 156;

    public static Span<byte> In(this Span<byte> header, (int At, int Length) field) => header.Slice(field.At, field.Length);

    public static ReadOnlySpan<byte> In(this ReadOnlySpan<byte> header, (int At, int Length) field) => header.Slice(field.At, field.Length);

    /// <summary>Bytes from a content's end to the next block.</summary>
    public static int Padding(long size) => (int)((Block - size % Block) % Block);

    /// <summary>Up to the first NUL.</summary>
    public static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> field) => field.IndexOf((byte)0) is var end and >= 0 ? field[..end] : field;

    /// <summary>An octal number between spaces and NULs, or GNU's base-256; null when it is neither.</summary>
    public static long? Number(ReadOnlySpan<byte> field)
    {
        if ((field[0] & 0x80) != 0)
        {
            if ((field[0] & 0x40) != 0 || field[..^8].IndexOfAnyExcept((byte)0x80, (byte)0) >= 0) return null;
            var binary = System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(field[^8..]);
            if (field.Length == 8) binary &= long.MaxValue;
            return binary >= 0 ? binary : null;
        }
        var value = 0L;
        foreach (var digit in Encoding.ASCII.GetString(field).Trim(' ', '\0'))
        {
            if (digit is < '0' or > '7') return null;
            value = value * 8 + (digit - '0');
        }
        return value;
    }

    public static void WriteOctal(Span<byte> field, long value)
    {
        field[^1] = 0;
        for (var at = field.Length - 2; at >= 0; at--)
        {
            field[at] = (byte)('0' + (value & 7));
            value >>= 3;
        }
    }

    public static bool FitsOctal((int At, int Length) field, long value) => value >= 0 && value < 1L << (3 * (field.Length - 1));

    /// <summary>The sum of all bytes, the checksum's own field counted as spaces.</summary>
    public static int Sum(ReadOnlySpan<byte> header)
    {
        var sum = Checksum.Length * ' ';
        for (var at = 0; at < Block; at++)
        {
            if (at < Checksum.At || at >= Checksum.At + Checksum.Length) sum += header[at];
        }
        return sum;
    }
}
