using System.Globalization;
using Glovebox.Api;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Schedules;
using Glovebox.Jobs.Stores;

namespace Glovebox.Tests.Jobs.Schedules;

public sealed class TicksTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(CatchUpPolicy.None)]
    [InlineData(CatchUpPolicy.Last)]
    [InlineData(CatchUpPolicy.All)]
    public void A_tick_that_is_on_time_runs_whatever_the_policy(CatchUpPolicy policy)
    {
        var firing = Due("0 * * * *", policy, Noon, Noon.AddMilliseconds(3))!;
        Assert.Equal([Noon], Ran(firing));
        Assert.Equal((0, Noon, Noon.AddHours(1)), (firing.Left, firing.LastAt, firing.NextAt));
    }

    [Fact]
    public void Nothing_is_due_before_its_time() => Assert.Null(Due("0 * * * *", CatchUpPolicy.All, Noon, Noon.AddMilliseconds(-1)));

    [Fact]
    public void None_leaves_out_what_was_missed()
    {
        var firing = Due("0 * * * *", CatchUpPolicy.None, Noon, Noon.AddHours(5).AddMinutes(30))!;
        Assert.Empty(firing.Executions);
        Assert.Equal((6, Noon.AddHours(5), Noon.AddHours(6)), (firing.Left, firing.LastAt, firing.NextAt));
    }

    [Fact]
    public void None_runs_the_one_that_is_on_time_after_those_that_were_missed()
    {
        var firing = Due("0 * * * *", CatchUpPolicy.None, Noon, Noon.AddHours(5).AddSeconds(10))!;
        Assert.Equal([Noon.AddHours(5)], Ran(firing));
        Assert.Equal(5, firing.Left);
    }

    [Fact]
    public void Last_runs_the_latest_of_them()
    {
        var firing = Due("0 * * * *", CatchUpPolicy.Last, Noon, Noon.AddHours(5).AddMinutes(30))!;
        Assert.Equal([Noon.AddHours(5)], Ran(firing));
        Assert.Equal(5, firing.Left);
    }

    [Fact]
    public void All_runs_each_oldest_first()
    {
        var firing = Due("0 * * * *", CatchUpPolicy.All, Noon, Noon.AddHours(3).AddMinutes(30))!;
        Assert.Equal([Noon, Noon.AddHours(1), Noon.AddHours(2), Noon.AddHours(3)], Ran(firing));
        Assert.Equal(0, firing.Left);
    }

    [Fact]
    public void More_than_one_firing_carries_follow_in_the_next()
    {
        var firing = Due("* * * * *", CatchUpPolicy.All, Noon, Noon.AddMinutes(2500))!;
        Assert.Equal(Ticks.MostRun, firing.Executions.Count);
        Assert.Equal(Noon.AddMinutes(1000), firing.NextAt);
        var rest = Due("* * * * *", CatchUpPolicy.All, firing.NextAt!.Value, Noon.AddMinutes(2500))!;
        Assert.Equal(Noon.AddMinutes(1000), Ran(rest)[0]);
    }

    [Theory]
    [InlineData(CatchUpPolicy.None, 60)]
    [InlineData(CatchUpPolicy.Last, 60)]
    public void Years_of_seconds_are_left_out_piece_by_piece_and_each_is_counted(CatchUpPolicy policy, int onTime)
    {
        var now = Noon.AddSeconds(200_000);
        var (left, ran, rounds) = (0L, 0, 0);
        for (DateTimeOffset? next = Noon; next <= now; rounds++)
        {
            var firing = Due("* * * * * *", policy, next.Value, now)!;
            (left, ran, next) = (left + firing.Left, ran + firing.Executions.Count, firing.NextAt);
        }

        Assert.Equal((200_001 - onTime, onTime, 4), (left, ran, rounds));
    }

    [Fact]
    public void A_schedule_ends_with_its_expiry()
    {
        var spec = Spec("0 * * * *", CatchUpPolicy.All) with { ExpiresAt = Noon.AddMinutes(150) };
        var last = Ticks.Due(Job(spec, Noon.AddHours(2)), Noon.AddHours(2))!;
        Assert.Equal([Noon.AddHours(2)], Ran(last));
        Assert.Null(last.NextAt);
        var late = Ticks.Due(Job(spec, Noon), Noon.AddHours(4))!;
        Assert.Empty(late.Executions);
        Assert.Null(late.NextAt);
    }

    [Fact]
    public void Executions_carry_their_tick_and_can_start_at_once()
    {
        var now = Noon.AddSeconds(5);
        var execution = Assert.Single(Due("0 * * * *", CatchUpPolicy.None, Noon, now)!.Executions).Execution;
        Assert.Equal((Noon, now, 7, "job"), (execution.Tick, execution.AvailableAt, execution.Priority, execution.JobId));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public void A_preview_is_bounded(int count) => Assert.Throws<RefusalException>(() => Ticks.Preview("@daily", null, Noon, count));

    [Fact]
    public void A_preview_ends_with_the_calendar() => Assert.Empty(Ticks.Preview("0 0 30 2 *", null, Noon, 5));

    private static Firing? Due(string cron, CatchUpPolicy policy, DateTimeOffset next, DateTimeOffset now) => Ticks.Due(Job(Spec(cron, policy), next), now);

    private static List<DateTimeOffset> Ran(Firing firing) => [.. firing.Executions.Select(e => e.Execution.Tick!.Value)];

    private static JobSpec Spec(string cron, CatchUpPolicy policy) => new() { Image = "i", Command = ["c"], Cron = cron, CatchUp = policy, Priority = 7 };

    private static Job Job(JobSpec spec, DateTimeOffset next) => new()
    {
        Id = "job",
        Task = "t",
        Status = JobState.Scheduled,
        Spec = spec,
        CreatedAt = Noon,
        ModifiedAt = Noon,
        Schedule = new Schedule(spec.Cron!, "UTC", spec.Overlap, spec.CatchUp, false, next),
    };
}
