namespace Glovebox.Experiments.Plots;

/// <summary>
/// A picture of true colours (0xRRGGBB a pixel); what falls outside of it is not drawn. It is drawn larger than it is wanted and made
/// smaller at the end, which gives lines and letters smooth edges.
/// </summary>
internal sealed class Raster
{
    // Dots of a letter, in fine pixels: about one and a half of the wanted ones.
    private const int LargestFine = 2000, Fine = 3, LetterDot = 5, LetterStep = (Letters.Width + 1) * LetterDot;

    private readonly int _fine, _width, _height;
    private readonly int[] _pixels;

    public Raster(int width, int height, int background)
    {
        (Width, Height) = (width, height);
        _fine = width <= LargestFine ? Fine : 1;
        (_width, _height) = (width * _fine, height * _fine);
        _pixels = new int[_width * _height];
        Array.Fill(_pixels, background);
    }

    public static int LetterHeight => Letters.Height * LetterDot / Fine;

    public int Width { get; }

    public int Height { get; }

    public static int WidthOf(string text) => text.Length * LetterStep / Fine;

    /// <param name="thickness">In pixels.</param>
    public void Line(double x, double y, double toX, double toY, int colour, double thickness = 1)
    {
        var steps = Math.Max(1, (int)Math.Ceiling(Math.Max(Math.Abs(toX - x), Math.Abs(toY - y)) * _fine));
        var size = Math.Max(1, (int)Math.Round(thickness * _fine));
        for (var i = 0; i <= steps; i++)
        {
            var part = (double)i / steps;
            var (left, top) = (At(x + ((toX - x) * part)) - (size / 2), At(y + ((toY - y) * part)) - (size / 2));
            Fill(left, top, size, size, colour);
        }
    }

    public void Dot(double x, double y, double radius, int colour)
    {
        var (centreX, centreY, reach) = (At(x), At(y), (int)Math.Round(radius * _fine));
        for (var dy = -reach; dy <= reach; dy++)
            for (var dx = -reach; dx <= reach; dx++)
                if ((dx * dx) + (dy * dy) <= reach * reach) Fill(centreX + dx, centreY + dy, 1, 1, colour);
    }

    /// <param name="x">The left end of the first letter; with <paramref name="upwards"/>, the left side of the line of text.</param>
    /// <param name="y">The top of the letters; with <paramref name="upwards"/>, the lower end of the first letter.</param>
    public void Text(double x, double y, string text, int colour, bool upwards = false)
    {
        var dot = Math.Max(1, LetterDot * _fine / Fine);
        for (var i = 0; i < text.Length; i++)
            for (var row = 0; row < Letters.Height; row++)
                for (var column = 0; column < Letters.Width; column++)
                {
                    if (!Letters.HasDot(text[i], column, row)) continue;
                    var (along, across) = (((i * (Letters.Width + 1)) + column) * dot, row * dot);
                    if (upwards) Fill(At(x) + across, At(y) - along - dot, dot, dot, colour);
                    else Fill(At(x) + along, At(y) + across, dot, dot, colour);
                }
    }

    /// <summary>The pixels as they are wanted, row by row.</summary>
    public int[] Pixels()
    {
        var pixels = new int[Width * Height];
        for (var y = 0; y < Height; y++)
            for (var x = 0; x < Width; x++)
                pixels[(y * Width) + x] = Mean(x * _fine, y * _fine);
        return pixels;
    }

    private int At(double place) => (int)Math.Round(place * _fine);

    private void Fill(int left, int top, int width, int height, int colour)
    {
        for (var y = Math.Max(top, 0); y < Math.Min(top + height, _height); y++)
            for (var x = Math.Max(left, 0); x < Math.Min(left + width, _width); x++)
                _pixels[(y * _width) + x] = colour;
    }

    private int Mean(int left, int top)
    {
        int red = 0, green = 0, blue = 0, count = _fine * _fine;
        for (var y = top; y < top + _fine; y++)
            for (var x = left; x < left + _fine; x++)
            {
                var colour = _pixels[(y * _width) + x];
                (red, green, blue) = (red + (colour >> 16), green + ((colour >> 8) & 0xFF), blue + (colour & 0xFF));
            }

        return (red / count << 16) | (green / count << 8) | (blue / count);
    }
}
