using System.Security;
using System.Text.RegularExpressions;
using Glovebox.Api;
using Glovebox.Spelling;

namespace Glovebox.Jobs.Schedules;

/// <summary>Time zones by their IANA names, from the system's own files.</summary>
internal static partial class TimeZones
{
    private const string Usual = "/usr/share/zoneinfo";

    /// <param name="name">Null for UTC.</param>
    /// <exception cref="RefusalException">Bad: no such zone. Unable: this machine has no time zones at all.</exception>
    public static TimeZoneInfo Find(string? name)
    {
        if (name is null or "UTC") return TimeZoneInfo.Utc;
        if (!Name().IsMatch(name)) throw Unknown(name, "");
        try
        {
            return TimeZoneInfo.FindSystemTimeZoneById(name);
        }
        catch (Exception e) when (e is TimeZoneNotFoundException or InvalidTimeZoneException or SecurityException or UnauthorizedAccessException or IOException)
        {
            var folder = Environment.GetEnvironmentVariable("TZDIR") is { Length: > 0 } own ? own : Usual;
            if (!Directory.Exists(folder))
            {
                throw RefusalException.Unable(
                    $"timeZone: this server has no time zones ({folder} is missing). Install the package tzdata, or leave the field out for UTC");
            }

            throw Unknown(name, Nearest.Hint(name, TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id)));
        }
    }

    private static RefusalException Unknown(string name, string hint) =>
        RefusalException.Bad($"timeZone: no zone '{(name.Length <= 60 ? name : name[..60] + "…")}'{(hint.Length > 0 ? hint : ".")} Give an IANA name such as Europe/Berlin");

    [GeneratedRegex("^[A-Za-z0-9_+-]{1,30}(/[A-Za-z0-9_+-]{1,30}){0,3}$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}
