using System.Globalization;
using Glovebox.Api;
using Glovebox.Jobs.Schedules;

namespace Glovebox.Tests.Jobs.Schedules;

public sealed class CronTests
{
    [Theory]
    [InlineData("*/15 * * * *", "2026-03-01T12:00:00Z", "2026-03-01T12:15:00Z")]
    [InlineData("0 9 * * MON-FRI", "2026-03-06T09:00:00Z", "2026-03-09T09:00:00Z")]
    [InlineData("*/5 * * * * *", "2026-03-01T12:00:01Z", "2026-03-01T12:00:05Z")]
    [InlineData("0 0 29 2 *", "2026-03-01T12:00:00Z", "2028-02-29T00:00:00Z")]
    [InlineData("0 0 * * 7", "2026-03-02T00:00:00Z", "2026-03-08T00:00:00Z")]
    [InlineData("0 0 * * 5-7", "2026-03-07T00:00:00Z", "2026-03-08T00:00:00Z")]
    [InlineData("0 0 * * 1-7/2", "2026-03-03T00:00:00Z", "2026-03-04T00:00:00Z")]
    [InlineData("0 0 1 JAN *", "2026-03-01T12:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData("@hourly", "2026-03-01T12:00:00Z", "2026-03-01T13:00:00Z")]
    [InlineData("@daily", "2026-03-01T12:00:00Z", "2026-03-02T00:00:00Z")]
    [InlineData("@weekly", "2026-03-02T12:00:00Z", "2026-03-08T00:00:00Z")]
    [InlineData("@monthly", "2026-03-01T12:00:00Z", "2026-04-01T00:00:00Z")]
    [InlineData("@yearly", "2026-03-01T12:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData("  0   0  * * *  ", "2026-03-01T12:00:00Z", "2026-03-02T00:00:00Z")]
    [InlineData("* * * * * *", "2026-03-01T12:00:00.5Z", "2026-03-01T12:00:01Z")]
    public void The_next_tick_comes_after_the_moment(string cron, string after, string next) => Assert.Equal(Time(next), Cron.Parse(cron, null).Next(Time(after)));

    /// <summary>As cron(8): 2026-03-13 is a Friday, 2026-03-02 a Monday.</summary>
    [Fact]
    public void A_day_matches_by_its_date_or_by_its_weekday() =>
        Assert.Equal(["03-02", "03-09", "03-13", "03-16"], Days(Cron.Parse("0 0 13 * MON", null), "2026-03-01T00:00:00Z", 4));

    [Theory]
    [InlineData("61 * * * *", "minute")]
    [InlineData("* 24 * * *", "hour")]
    [InlineData("* * 0 * *", "day of the month")]
    [InlineData("* * * 13 *", "month")]
    [InlineData("* * * * 8", "weekday")]
    [InlineData("* * * * FUNDAY", "weekday")]
    [InlineData("60 * * * * *", "second")]
    [InlineData("*/0 * * * *", "minute")]
    [InlineData("5-1-2 * * * *", "minute")]
    [InlineData("a b c d e", "minute")]
    [InlineData("-1 * * * *", "minute")]
    [InlineData("*/x * * * *", "minute")]
    [InlineData("* * *", "3 fields")]
    [InlineData("", "0 fields")]
    [InlineData("* * * * * * *", "7 fields")]
    [InlineData("@often", "@often")]
    public void A_wrong_expression_is_refused_by_its_field(string cron, string named)
    {
        var refusal = Assert.Throws<RefusalException>(() => Cron.Parse(cron, null));
        Assert.StartsWith("cron: ", refusal.Message);
        Assert.Contains(named, refusal.Message);
    }

    [Theory]
    [InlineData("Europe/Berlim", "Europe/Berlin")]
    [InlineData("../../etc/passwd", "timeZone")]
    [InlineData("Mars/Olympus", "timeZone")]
    [InlineData("zone.tab", "timeZone")]
    [InlineData("", "timeZone")]
    [InlineData("Europe", "timeZone")]
    public void A_wrong_zone_is_refused(string zone, string named) =>
        Assert.Contains(named, Assert.Throws<RefusalException>(() => Cron.Parse("@daily", zone)).Message);

    [Fact]
    public void What_never_comes_has_no_tick() => Assert.Null(Cron.Parse("0 0 31 2 *", null).Next(Time("2026-03-01T12:00:00Z")));

    [Fact]
    public void Local_times_follow_the_zone()
    {
        var cron = Cron.Parse("0 9 * * *", "Europe/Berlin");
        Assert.Equal(Time("2026-01-02T08:00:00Z"), cron.Next(Time("2026-01-01T12:00:00Z")));
        Assert.Equal(Time("2026-07-02T07:00:00Z"), cron.Next(Time("2026-07-01T12:00:00Z")));
    }

    /// <summary>Berlin, 2026-03-29: after 01:59:59 comes 03:00:00, which is 01:00 UTC.</summary>
    [Theory]
    [InlineData("30 2 * * *", "28T01:30 29T01:00 30T00:30")]
    [InlineData("0,30 2 * * *", "28T01:00 28T01:30 29T01:00 30T00:00")]
    [InlineData("0 2,3 * * *", "28T01:00 28T02:00 29T01:00 30T00:00")]
    [InlineData("0 3 * * *", "28T02:00 29T01:00 30T01:00")]
    public void A_time_in_the_gap_fires_once_at_the_gaps_end(string cron, string ticks) =>
        Assert.Equal(ticks.Split(' '), Moments(cron, "Europe/Berlin", "2026-03-28T00:00:00Z", ticks.Split(' ').Length));

    /// <summary>Berlin, 2026-10-25: after 02:59:59 (00:59:59 UTC) comes 02:00:00 again, which is 01:00 UTC.</summary>
    [Theory]
    [InlineData("30 2 * * *", "24T00:30 25T00:30 26T01:30")]
    [InlineData("0 2 * * *", "24T00:00 25T00:00 26T01:00")]
    [InlineData("0 3 * * *", "24T01:00 25T02:00 26T02:00")]
    [InlineData("15,45 2 * * *", "24T00:15 24T00:45 25T00:15 25T00:45 26T01:15")]
    public void A_time_that_comes_twice_fires_at_its_first_occurrence(string cron, string ticks) =>
        Assert.Equal(ticks.Split(' '), Moments(cron, "Europe/Berlin", "2026-10-23T22:00:00Z", ticks.Split(' ').Length));

    [Theory]
    [InlineData("0 * * * *", "2026-03-28T23:30:00Z", "29T00:00 29T01:00 29T02:00")]
    [InlineData("0 * * * *", "2026-10-24T23:30:00Z", "25T00:00 25T01:00 25T02:00 25T03:00")]
    [InlineData("*/30 * * * *", "2026-03-29T00:15:00Z", "29T00:30 29T01:00 29T01:30")]
    [InlineData("*/30 * * * *", "2026-10-25T00:15:00Z", "25T00:30 25T01:00 25T01:30 25T02:00")]
    [InlineData("*/30 2 * * *", "2026-10-24T22:00:00Z", "25T00:00 25T00:30 25T01:00 25T01:30 26T01:00")]
    [InlineData("30 */2 * * *", "2026-10-24T22:00:00Z", "24T22:30 25T00:30 25T01:30 25T03:30")]
    public void What_fires_every_hour_or_more_often_follows_the_wall_clock(string cron, string after, string ticks) =>
        Assert.Equal(ticks.Split(' '), Moments(cron, "Europe/Berlin", after, ticks.Split(' ').Length));

    /// <summary>Lord Howe changes by half an hour: 2026-10-04, after 01:59:59 (+10:30) comes 02:30:00 (+11), which is 15:30 UTC the day before.</summary>
    [Fact]
    public void A_half_hour_gap_ends_after_half_an_hour() =>
        Assert.Equal(["02T15:45", "03T15:30", "04T15:15"], Moments("15 2 * * *", "Australia/Lord_Howe", "2026-10-02T00:00:00Z", 3));

    [Theory]
    [InlineData("Europe/Berlin")]
    [InlineData("America/New_York")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Africa/Casablanca")]
    [InlineData("Pacific/Apia")]
    [InlineData("Asia/Kolkata")]
    [InlineData("America/Santiago")]
    public void Ten_years_hold_one_tick_for_each_day_and_each_half_hour(string zone)
    {
        var from = Time("2026-01-01T00:00:00Z");
        var until = from.AddYears(10);
        foreach (var cron in new[] { "30 2 * * *", "0 0 * * *", "15 3 * * *" })
        {
            var ticks = All(cron, zone, from, until);
            Assert.InRange(ticks.Count, 3651, 3653);
            Assert.All(ticks.Zip(ticks.Skip(1)), pair => Assert.InRange((pair.Second - pair.First).TotalHours, 22.4, 25.6));
        }

        // Half hours are whole half hours of UTC in each of these zones.
        var often = All("*/30 * * * *", zone, from, from.AddYears(1));
        Assert.Equal(365 * 48, often.Count);
        Assert.All(often.Zip(often.Skip(1)), pair => Assert.Equal(30, (pair.Second - pair.First).TotalMinutes));
    }

    [Fact]
    public void Where_a_search_begins_does_not_matter()
    {
        var random = new Random(3);
        var start = Time("2026-01-01T00:00:00Z");
        foreach (var expression in new[] { "30 2 * * *", "*/20 1-3 * * *", "0 */3 * * *", "0,30 1,2 * * SUN", "17 2 25 10 *" })
        {
            var cron = Cron.Parse(expression, "Europe/Berlin");
            var ticks = All(expression, "Europe/Berlin", start, start.AddYears(1));
            for (var i = 0; i < 2000; i++)
            {
                // Half of them near a change of the clock.
                var moment = i % 2 == 0 ? start.AddSeconds(random.Next(360 * 86_400)) : Time(i % 4 == 1 ? "2026-03-28T22:00:00Z" : "2026-10-24T21:00:00Z").AddSeconds(random.Next(30_000));
                if (ticks.FirstOrDefault(tick => tick > moment) is { Ticks: > 0 } expected) Assert.Equal(expected, cron.Next(moment));
            }
        }
    }

    private static List<DateTimeOffset> All(string cron, string zone, DateTimeOffset from, DateTimeOffset until)
    {
        var schedule = Cron.Parse(cron, zone);
        var ticks = new List<DateTimeOffset>();
        for (var next = schedule.Next(from); next is { } tick && tick <= until; next = schedule.Next(tick)) ticks.Add(tick);
        return ticks;
    }

    private static IEnumerable<string> Days(Cron cron, string after, int count)
    {
        var at = Time(after);
        for (var i = 0; i < count; i++) yield return (at = cron.Next(at)!.Value).ToString("MM-dd", CultureInfo.InvariantCulture);
    }

    private static IEnumerable<string> Moments(string cron, string zone, string after, int count) =>
        Ticks.Preview(cron, zone, Time(after), count).Select(tick => tick.UtcDateTime.ToString("dd'T'HH:mm", CultureInfo.InvariantCulture));

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
