namespace Glovebox.Cli;

internal static class Product
{
    public static string Text => System.Text.Encoding.ASCII.GetString(Version);

    public static ReadOnlySpan<byte> Version => "0.1.0"u8;
}
