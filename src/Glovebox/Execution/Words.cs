using System.Globalization;

namespace Glovebox.Execution;

/// <summary>Amounts as a person writes them, for messages.</summary>
public static class Words
{
    private static readonly string[] Units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary>Bytes: <c>512 MiB</c>, <c>1.5 GiB</c>.</summary>
    public static string Of(long bytes)
    {
        double amount = bytes;
        var unit = 0;
        for (; amount >= 1024 && unit < Units.Length - 1; unit++) amount /= 1024;
        return amount.ToString("0.##", CultureInfo.InvariantCulture) + " " + Units[unit];
    }

    /// <summary>A time: <c>0.5 s</c>, <c>90 s</c>, <c>10 min</c>.</summary>
    public static string Of(TimeSpan time) => time.TotalMinutes >= 5
        ? time.TotalMinutes.ToString("0.##", CultureInfo.InvariantCulture) + " min"
        : time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + " s";
}
