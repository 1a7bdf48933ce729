using System.Globalization;

namespace Glovebox.Cli.Output;

/// <summary>Numbers as people read them.</summary>
internal static class Units
{
    private static readonly string[] Sizes = ["B", "KiB", "MiB", "GiB", "TiB"];

    public static string Size(long bytes)
    {
        double value = bytes;
        var unit = 0;
        for (; value >= 1024 && unit < Sizes.Length - 1; unit++) value /= 1024;
        return unit == 0 || value >= 100 ? $"{value:0} {Sizes[unit]}" : $"{value:0.0} {Sizes[unit]}";
    }

    public static string Duration(double seconds) => seconds switch
    {
        < 0.001 => "0 ms",
        < 1 => $"{seconds * 1000:0} ms",
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s"),
        < 3600 => $"{(long)seconds / 60} min {(long)seconds % 60} s",
        < 86_400 => $"{(long)seconds / 3600} h {(long)seconds / 60 % 60} min",
        _ => $"{(long)seconds / 86_400} d {(long)seconds / 3600 % 24} h",
    };

    public static string Age(DateTimeOffset then, DateTimeOffset now) => (now - then).TotalSeconds switch
    {
        < 0 => "in the future",
        < 60 and var s => $"{(long)s} s ago",
        < 3600 and var s => $"{(long)s / 60} min ago",
        < 86_400 and var s => $"{(long)s / 3600} h ago",
        var s => $"{(long)s / 86_400} d ago",
    };

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Count(int number, string one) => number == 1 ? $"1 {one}" : $"{number} {one}s";
}
