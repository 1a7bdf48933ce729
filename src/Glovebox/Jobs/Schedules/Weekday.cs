using System.Globalization;
using System.Text.RegularExpressions;

namespace Glovebox.Jobs.Schedules;

/// <summary>Sunday is 7 too.</summary>
internal static partial class Weekday
{
    /// <summary>A part of a weekday field without 7: <c>5-7</c> is <c>5,6,0</c>. Anything else stays as it is.</summary>
    public static string WithoutSeven(string part)
    {
        if (!part.Contains('7') || Part().Match(part) is not { Success: true } match) return part;
        var from = Number(match.Groups["from"]) ?? 0;
        var to = Number(match.Groups["to"]) ?? from;
        var step = Number(match.Groups["step"]) ?? 1;
        if (from > 7 || to != 7 || step < 1) return part;
        return string.Join(',', Enumerable.Range(from, to - from + 1).Where(day => (day - from) % step == 0).Select(day => day % 7).Distinct());
    }

    private static int? Number(Group group) => group.Success ? int.Parse(group.Value, NumberStyles.None, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex("^(?<from>[0-9])(-(?<to>[0-9])(/(?<step>[0-9]))?)?$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Part();
}
