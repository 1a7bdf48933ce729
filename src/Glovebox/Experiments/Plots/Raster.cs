using System.Buffers.Binary;
using System.IO.Compression;

namespace Glovebox.Experiments.Plots;

/// <summary>A picture of true colours (0xRRGGBB a pixel); what falls outside of it is not drawn.</summary>
internal sealed class Raster
{
    private const int Scale = 2, GlyphWidth = 3, GlyphHeight = 5;

    // Each digit is a row of three pixels, from the top: a letter of 3 by 5 as an octal number.
    private static readonly Dictionary<char, string> Glyphs = new()
    {
        ['0'] = "75557", ['1'] = "26227", ['2'] = "71747", ['3'] = "71717", ['4'] = "55711", ['5'] = "74717", ['6'] = "74757", ['7'] = "71122",
        ['8'] = "75757", ['9'] = "75717", ['A'] = "25755", ['B'] = "65656", ['C'] = "34443", ['D'] = "65556", ['E'] = "74647", ['F'] = "74644",
        ['G'] = "34553", ['H'] = "55755", ['I'] = "72227", ['J'] = "11152", ['K'] = "55655", ['L'] = "44447", ['M'] = "57755", ['N'] = "65555",
        ['O'] = "25552", ['P'] = "65644", ['Q'] = "25573", ['R'] = "65655", ['S'] = "34216", ['T'] = "72222", ['U'] = "55557", ['V'] = "55552",
        ['W'] = "55775", ['X'] = "55255", ['Y'] = "55222", ['Z'] = "71247", ['.'] = "00002", ['-'] = "00700", ['+'] = "02720", [':'] = "02020",
        ['_'] = "00007", ['/'] = "11244", ['='] = "07070", ['%'] = "51245", ['('] = "24442", [')'] = "21112", [','] = "00024", [' '] = "00000",
    };

    private readonly int _width, _height;
    private readonly int[] _pixels;

    public Raster(int width, int height, int background)
    {
        (_width, _height, _pixels) = (width, height, new int[width * height]);
        Array.Fill(_pixels, background);
    }

    public static int WidthOf(string text) => text.Length * (GlyphWidth + 1) * Scale;

    public void Point(int x, int y, int colour)
    {
        if (x >= 0 && y >= 0 && x < _width && y < _height) _pixels[(y * _width) + x] = colour;
    }

    /// <summary>Bresenham's line.</summary>
    public void Line(int x, int y, int toX, int toY, int colour)
    {
        int dx = Math.Abs(toX - x), dy = -Math.Abs(toY - y), stepX = x < toX ? 1 : -1, stepY = y < toY ? 1 : -1, error = dx + dy;
        while (true)
        {
            Point(x, y, colour);
            if (x == toX && y == toY) return;
            var twice = 2 * error;
            if (twice >= dy)
            {
                error += dy;
                x += stepX;
            }

            if (twice > dx) continue;
            error += dx;
            y += stepY;
        }
    }

    public void Dot(int x, int y, int radius, int colour)
    {
        for (var dy = -radius; dy <= radius; dy++)
            for (var dx = -radius; dx <= radius; dx++)
                if ((dx * dx) + (dy * dy) <= radius * radius) Point(x + dx, y + dy, colour);
    }

    /// <summary>Capitals, digits and some signs; anything else is a dash.</summary>
    public void Text(int x, int y, string text, int colour)
    {
        foreach (var letter in text)
        {
            var rows = Glyphs.GetValueOrDefault(char.ToUpperInvariant(letter), Glyphs['-']);
            for (var row = 0; row < GlyphHeight * Scale; row++)
                for (var column = 0; column < GlyphWidth * Scale; column++)
                    if (((rows[row / Scale] - '0') >> (GlyphWidth - 1 - (column / Scale)) & 1) == 1) Point(x + column, y + row, colour);
            x += (GlyphWidth + 1) * Scale;
        }
    }

    /// <summary>PNG (W3C recommendation, third edition): 8 bits a channel, RGB, no filter.</summary>
    public byte[] ToPng()
    {
        using var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, _width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], _height);
        header[8] = 8;
        header[9] = 2;
        Chunk(png, "IHDR"u8, header);
        Chunk(png, "IDAT"u8, Compressed());
        Chunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    private byte[] Compressed()
    {
        using var bytes = new MemoryStream();
        using (var zlib = new ZLibStream(bytes, CompressionLevel.Optimal, leaveOpen: true))
        {
            var line = new byte[1 + (3 * _width)];
            for (var y = 0; y < _height; y++)
            {
                for (var x = 0; x < _width; x++)
                {
                    var colour = _pixels[(y * _width) + x];
                    (line[1 + (3 * x)], line[2 + (3 * x)], line[3 + (3 * x)]) = ((byte)(colour >> 16), (byte)(colour >> 8), (byte)colour);
                }

                zlib.Write(line);
            }
        }

        return bytes.ToArray();
    }

    private static void Chunk(MemoryStream png, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(type);
        png.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc([.. type, .. data]));
        png.Write(number);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var one in bytes)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320u : crc >> 1;
        }

        return ~crc;
    }
}
