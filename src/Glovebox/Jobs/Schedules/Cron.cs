using Glovebox.Api;

namespace Glovebox.Jobs.Schedules;

/// <summary>
/// When a cron expression fires in a time zone. Where clocks change: an expression with given hours and minutes fires once for each of its
/// local times, at the first moment after the gap when the time does not exist, at its first occurrence when it comes twice. An expression
/// whose seconds, minutes or hours begin with <c>*</c> fires whenever the clock on the wall shows a matching time: not in the gap, and in both
/// occurrences.
/// </summary>
public sealed class Cron
{
    /// <summary>No zone changes its clock twice within this time.</summary>
    private static readonly TimeSpan Stride = TimeSpan.FromHours(12);

    /// <summary>Further from UTC than any zone, so that what is a day before or after a local time is before or after its change too.</summary>
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly CronFields _fields;
    private readonly TimeZoneInfo _zone;
    private readonly bool _steady;

    private Cron(CronFields fields, TimeZoneInfo zone)
    {
        (_fields, _zone) = (fields, zone);
        _steady = zone.GetAdjustmentRules().Length == 0;
    }

    /// <param name="timeZone">IANA name; null for UTC.</param>
    /// <exception cref="RefusalException">No expression, or no such zone.</exception>
    public static Cron Parse(string text, string? timeZone) => new(CronFields.Parse(text), TimeZones.Find(timeZone));

    /// <summary>The first tick after a moment, in UTC; null when none comes.</summary>
    public DateTimeOffset? Next(DateTimeOffset after) =>
        (_steady || _fields.FollowsWallClock ? NextOnTheWall(after.ToUniversalTime()) : NextOfGiven(after.ToUniversalTime()))?.ToUniversalTime();

    /// <summary>Local times in their order, each at its one moment: those moments never go back.</summary>
    private DateTimeOffset? NextOfGiven(DateTimeOffset after)
    {
        for (var local = _fields.Next(WallClock(after, _zone.GetUtcOffset(after))); local is { } time; local = _fields.Next(time))
        {
            var moment = MomentOf(time);
            if (moment > after) return moment;
        }

        return null;
    }

    private DateTimeOffset MomentOf(DateTime local)
    {
        var asUtc = new DateTimeOffset(local, TimeSpan.Zero);
        var before = _zone.GetUtcOffset(asUtc - Day);
        var later = _zone.GetUtcOffset(asUtc + Day);
        var first = asUtc - before;
        if (before == later || _zone.GetUtcOffset(first) == before) return first;
        var second = asUtc - later;
        return _zone.GetUtcOffset(second) == later ? second : FirstChange(asUtc - Day, asUtc + Day, before);
    }

    /// <summary>Between two changes of the clock the wall clock is UTC and an offset; at each change the search begins anew.</summary>
    private DateTimeOffset? NextOnTheWall(DateTimeOffset after)
    {
        while (true)
        {
            var offset = _zone.GetUtcOffset(after);
            if (_fields.Next(WallClock(after, offset)) is not { } local) return null;
            var moment = new DateTimeOffset(local, TimeSpan.Zero) - offset;
            if (_steady || Change(after, moment, offset) is not { } change) return moment;
            // A second before the change, by the clock as it is afterwards: the change's own moment may match.
            var shown = WallClock(change, _zone.GetUtcOffset(change)) - TimeSpan.FromSeconds(1);
            if (_fields.Next(shown) == shown + TimeSpan.FromSeconds(1)) return change;
            after = change;
        }
    }

    /// <summary>The first change of the clock after one moment and not after another.</summary>
    private DateTimeOffset? Change(DateTimeOffset after, DateTimeOffset until, TimeSpan offset)
    {
        for (var at = after; at < until;)
        {
            var next = at + Stride < until ? at + Stride : until;
            if (_zone.GetUtcOffset(next) != offset) return FirstChange(at, next, offset);
            at = next;
        }

        return null;
    }

    /// <summary>By halves, to the second.</summary>
    private DateTimeOffset FirstChange(DateTimeOffset before, DateTimeOffset changed, TimeSpan offset)
    {
        var low = before.ToUnixTimeSeconds();
        var high = changed.ToUnixTimeSeconds();
        while (high - low > 1)
        {
            var middle = low + (high - low) / 2;
            if (_zone.GetUtcOffset(DateTimeOffset.FromUnixTimeSeconds(middle)) == offset) low = middle;
            else high = middle;
        }

        return DateTimeOffset.FromUnixTimeSeconds(high);
    }

    private static DateTime WallClock(DateTimeOffset moment, TimeSpan offset) => DateTime.SpecifyKind(moment.UtcDateTime + offset, DateTimeKind.Unspecified);
}
