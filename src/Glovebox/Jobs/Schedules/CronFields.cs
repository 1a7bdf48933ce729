using System.Globalization;
using Glovebox.Api;
using NCrontab;

namespace Glovebox.Jobs.Schedules;

/// <summary>
/// The fields of a cron expression, and the wall-clock times that match them. As cron(8) has it, a day matches by its date or by its weekday
/// when both are restricted, and Sunday is 0 and 7.
/// </summary>
internal sealed class CronFields
{
    /// <summary>Leap days are at most eight years apart.</summary>
    private const int YearsAhead = 9;

    private static readonly Dictionary<string, string> Nicknames = new(StringComparer.Ordinal)
    {
        ["@yearly"] = "0 0 1 1 *",
        ["@annually"] = "0 0 1 1 *",
        ["@monthly"] = "0 0 1 * *",
        ["@weekly"] = "0 0 * * 0",
        ["@daily"] = "0 0 * * *",
        ["@midnight"] = "0 0 * * *",
        ["@hourly"] = "0 * * * *",
    };

    private static readonly (string Name, CrontabFieldKind Kind)[] Kinds =
    [
        ("second", CrontabFieldKind.Second), ("minute", CrontabFieldKind.Minute), ("hour", CrontabFieldKind.Hour),
        ("day of the month", CrontabFieldKind.Day), ("month", CrontabFieldKind.Month), ("weekday", CrontabFieldKind.DayOfWeek),
    ];

    private readonly IReadOnlyList<CrontabSchedule> _schedules;

    private CronFields(IReadOnlyList<CrontabSchedule> schedules, bool followsWallClock) => (_schedules, FollowsWallClock) = (schedules, followsWallClock);

    /// <summary>It fires at least every hour, or by a step of hours, rather than at given hours.</summary>
    public bool FollowsWallClock { get; }

    /// <exception cref="RefusalException">Bad: no expression; names the field in it.</exception>
    public static CronFields Parse(string text)
    {
        var fields = Split(text);
        for (var i = 0; i < fields.Length; i++)
        {
            if (i == 5) fields[i] = string.Join(',', fields[i].Split(',').Select(part => Weekday.WithoutSeven(part)));
            if (CrontabField.TryParse(Kinds[i].Kind, fields[i]) is null || !StepsAreSound(fields[i]))
                throw RefusalException.Bad($"cron: '{Cut(Split(text)[i])}' is no {Kinds[i].Name}; {Hint(Kinds[i].Kind)}");
        }

        var followsWallClock = fields[..3].Any(field => field.StartsWith('*'));
        string[][] variants = fields[3].StartsWith('*') || fields[5].StartsWith('*') ? [fields] : [[.. fields[..5], "*"], [.. fields[..3], "*", .. fields[4..]]];
        var options = new CrontabSchedule.ParseOptions { IncludingSeconds = true };
        return new CronFields([.. variants.Select(variant => CrontabSchedule.Parse(string.Join(' ', variant), options))], followsWallClock);
    }

    /// <summary>The first matching wall-clock time after another; null when none comes.</summary>
    public DateTime? Next(DateTime after)
    {
        var end = after.Year > DateTime.MaxValue.Year - YearsAhead ? DateTime.MaxValue : after.AddYears(YearsAhead);
        var next = _schedules.Min(schedule => schedule.GetNextOccurrence(after, end));
        return next < end ? next : null;
    }

    /// <returns>Six fields, seconds first.</returns>
    private static string[] Split(string text)
    {
        var trimmed = text.Trim();
        if (trimmed.StartsWith('@'))
        {
            return Nicknames.TryGetValue(trimmed.ToLowerInvariant(), out var meaning)
                ? ["0", .. meaning.Split(' ')]
                : throw RefusalException.Bad($"cron: '{Cut(trimmed)}' is none of {string.Join(", ", Nicknames.Keys)}");
        }

        var fields = trimmed.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return fields.Length switch
        {
            5 => ["0", .. fields],
            6 => fields,
            _ => throw RefusalException.Bad(
                $"cron: '{Cut(trimmed)}' has {fields.Length} fields. Give five (minute, hour, day, month, weekday), or six with seconds first"),
        };
    }

    /// <summary>A step of 0 would never move on.</summary>
    private static bool StepsAreSound(string field) => field.Split(',').All(part =>
        part.IndexOf('/') is var slash
        && (slash < 0 || (int.TryParse(part[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var step) && step > 0)));

    private static string Hint(CrontabFieldKind kind) => kind switch
    {
        CrontabFieldKind.Second or CrontabFieldKind.Minute => "give 0 to 59, '*', '*/15', '10-20' or a list",
        CrontabFieldKind.Hour => "give 0 to 23, '*', '*/2', '9-17' or a list",
        CrontabFieldKind.Day => "give 1 to 31, '*', '*/2', '1-7' or a list",
        CrontabFieldKind.Month => "give 1 to 12, JAN to DEC, '*', '*/3', '6-8' or a list",
        _ => "give 0 to 7 (0 and 7 are Sunday), SUN to SAT, '*', 'MON-FRI' or a list",
    };

    private static string Cut(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
