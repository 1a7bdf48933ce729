using System.Runtime.InteropServices;

namespace Glovebox.Cli.Output;

/// <summary>Asks the kernel, not System.Console: that would set the terminal up for itself.</summary>
internal static partial class TerminalSize
{
    private const nuint Tiocgwinsz = 0x5413;
    private const int Usual = 80;

    /// <summary>Null when the descriptor is no terminal.</summary>
    public static int? Columns(int descriptor)
    {
        if (GetSize(descriptor, Tiocgwinsz, out var size) != 0) return null;
        return size.Columns == 0 ? Usual : size.Columns;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort PixelWidth;
        public ushort PixelHeight;
    }

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int GetSize(int descriptor, nuint request, out WindowSize size);
}
