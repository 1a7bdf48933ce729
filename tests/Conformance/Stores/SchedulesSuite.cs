using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Stores;

namespace Glovebox.Tests.Conformance.Stores;

/// <summary>What every <see cref="ISchedules"/> does.</summary>
public abstract class SchedulesSuite(StoreSite site) : JobSuite(site)
{
    [Fact]
    public async Task A_schedule_is_due_when_its_time_comes_and_not_before_nor_while_it_is_paused()
    {
        var job = await ScheduleAsync();
        Assert.Equal((JobState.Scheduled, Now.AddMinutes(1)), (job.Status, job.Schedule!.NextAt));
        Assert.Empty(await Schedules.ListDueAsync(Now, 10, None));
        Assert.Equal(Now.AddMinutes(1), await Schedules.NextDueAsync(Now, None));
        Assert.Equal(job.Id, Assert.Single(await Schedules.ListDueAsync(Now.AddMinutes(1), 10, None)).Id);

        var paused = await Schedules.SetPausedAsync(job.Id, true, null, Now, None);
        Assert.True(paused!.Schedule!.Paused);
        Assert.Empty(await Schedules.ListDueAsync(Now.AddMinutes(1), 10, None));
        Assert.Null(await Schedules.NextDueAsync(Now, None));
        Assert.False(await Schedules.FireAsync(Fire(job), None));

        var resumed = await Schedules.SetPausedAsync(job.Id, false, Now.AddMinutes(3), Now, None);
        Assert.Equal((false, Now.AddMinutes(3)), (resumed!.Schedule!.Paused, resumed.Schedule.NextAt!.Value));
        Assert.EndsWith("schedule.paused schedule.resumed", await EventsAsync(), StringComparison.Ordinal);
        Assert.Null(await Schedules.SetPausedAsync("nobody", true, null, Now, None));
        Assert.Null(await Schedules.SetPausedAsync((await SubmitAsync()).Job.Id, true, null, Now, None));
    }

    [Fact]
    public async Task A_tick_is_handled_once_and_moves_the_schedule_on()
    {
        var job = await ScheduleAsync();
        var firing = Fire(job) with { Left = 2 };
        Assert.False(await Schedules.FireAsync(firing with { Version = 9 }, None));
        Assert.False(await Schedules.FireAsync(firing with { ExpectedNextAt = Now }, None));
        Assert.True(await Schedules.FireAsync(firing, None));
        Assert.False(await Schedules.FireAsync(firing, None));

        job = await JobAsync(job.Id);
        Assert.Equal(JobState.Queued, job.Status);
        Assert.Equal((Now.AddMinutes(2), Now.AddMinutes(1), 3L, 2L), (job.Schedule!.NextAt, job.Schedule.LastAt, job.Schedule.Ticks, job.Schedule.Skipped));
        Assert.Equal(1, job.Executions.Total);
    }

    [Fact]
    public async Task Schedulers_at_once_fire_a_tick_once()
    {
        var job = await ScheduleAsync();
        var other = await Site.OpenAsync();

        var fired = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => (i % 2 == 0 ? Schedules : other.Schedules).FireAsync(Fire(job), None))));

        Assert.Single(fired, f => f);
        Assert.Equal(1, (await JobAsync(job.Id)).Executions.Total);
    }

    [Fact]
    public async Task Skip_leaves_a_tick_out_while_one_is_unfinished()
    {
        var job = await ScheduleAsync(OverlapPolicy.Skip);
        await Schedules.FireAsync(Fire(job), None);
        var after = await MarkAsync();
        Assert.True(await Schedules.FireAsync(Fire(await JobAsync(job.Id)), None));

        Assert.Equal("tick.skipped", await EventsAsync(after));
        var then = await JobAsync(job.Id);
        Assert.Equal((1, 2L, 1L), (then.Executions.Total, then.Schedule!.Ticks, then.Schedule.Skipped));
        await FinishAsync(await ClaimOneAsync());
        await Schedules.FireAsync(Fire(then), None);
        Assert.Equal(2, (await JobAsync(job.Id)).Executions.Total);
    }

    [Fact]
    public async Task Allow_lets_ticks_run_side_by_side()
    {
        var job = await ScheduleAsync();
        await Schedules.FireAsync(Fire(job, 2), None);

        Assert.Equal(2, (await ClaimAsync()).Count);
    }

    [Fact]
    public async Task Queue_lets_ticks_run_one_after_the_other()
    {
        var job = await ScheduleAsync(OverlapPolicy.Queue);
        await Schedules.FireAsync(Fire(job, 2), None);

        var first = Assert.Single(await ClaimAsync());
        Assert.Equal(1, first.Execution.Number);
        Assert.Empty(await ClaimAsync());
        await FinishAsync(first);
        Assert.Equal(2, (await ClaimOneAsync()).Execution.Number);
    }

    [Fact]
    public async Task Replace_cancels_what_is_unfinished_and_waits_until_it_is_gone()
    {
        var job = await ScheduleAsync(OverlapPolicy.Replace);
        await Schedules.FireAsync(Fire(job), None);
        var running = await ClaimOneAsync();
        await StartAsync(running);
        await Schedules.FireAsync(Fire(await JobAsync(job.Id)), None);
        await Schedules.FireAsync(Fire(await JobAsync(job.Id)), None);

        Assert.NotNull((await ExecutionAsync(running.Execution.Id)).CancelRequestedAt);
        Assert.Empty(await ClaimAsync());
        await FinishAsync(running, ExecutionState.Cancelled, FailureClass.Cancelled);
        Assert.Equal(3, (await ClaimOneAsync()).Execution.Number);
        Assert.Equal(new JobCounts(3, 1, 0, 2), (await JobAsync(job.Id)).Executions);
    }

    [Fact]
    public async Task A_schedule_without_a_next_tick_ends_its_job_with_its_last_execution()
    {
        var job = await ScheduleAsync();
        await Schedules.FireAsync(Fire(job) with { NextAt = null }, None);
        Assert.Null((await JobAsync(job.Id)).FinishedAt);
        await FinishAsync(await ClaimOneAsync());

        Assert.Equal(JobState.Succeeded, (await JobAsync(job.Id)).Status);
    }

    [Fact]
    public async Task A_cancelled_schedule_ticks_no_more()
    {
        var job = await ScheduleAsync();
        var cancelled = await Jobs.CancelJobAsync(job.Id, Now, None);

        Assert.Equal((JobState.Cancelled, true), (cancelled!.Status, cancelled.Stopped));
        Assert.Null(cancelled.Schedule!.NextAt);
        Assert.Empty(await Schedules.ListDueAsync(Now.AddDays(1), 10, None));
        Assert.False(await Schedules.FireAsync(Fire(job), None));
        Assert.Null((await Schedules.SetPausedAsync(job.Id, false, Now.AddDays(1), Now, None))!.Schedule!.NextAt);
    }

    [Fact]
    public async Task What_has_not_started_by_its_expiry_never_does()
    {
        var at = Now.AddMinutes(5);
        var waiting = (await SubmitAsync(spec: Spec() with { ExpiresAt = at })).Job.Id;
        var held = (await SubmitAsync(spec: Spec() with { ExpiresAt = at, Priority = 1 })).Job.Id;
        Assert.Equal(held, (await ClaimOneAsync()).Execution.JobId);
        Assert.Equal(at, await Schedules.NextDueAsync(Now, None));
        Assert.Equal(0, await Schedules.ExpireAsync(at.AddSeconds(-1), None));

        Now = at;
        Assert.Empty(await ClaimAsync());
        Assert.Equal(1, await Schedules.ExpireAsync(at, None));
        Assert.Equal(JobState.Expired, (await JobAsync(waiting)).Status);
        Assert.Equal(JobState.Running, (await JobAsync(held)).Status);
    }

    [Fact]
    public async Task The_next_moment_is_the_earliest_of_all_that_wait()
    {
        Assert.Null(await Schedules.NextDueAsync(Now, None));
        await ScheduleAsync();
        await SubmitAsync(spec: Spec() with { StartAt = Now.AddSeconds(20) });

        Assert.Equal(Now.AddSeconds(20), await Schedules.NextDueAsync(Now, None));
        Assert.Equal(Now.AddSeconds(60), await Schedules.NextDueAsync(Now.AddSeconds(20), None));
    }

    private async Task<Job> ScheduleAsync(OverlapPolicy overlap = OverlapPolicy.Allow) =>
        (await SubmitAsync(spec: Spec() with { Cron = "* * * * *", Overlap = overlap })).Job;

    private Firing Fire(Job job, int executions = 1) => new(
        job.Id, job.Version, job.Schedule!.NextAt!.Value, job.Schedule.NextAt!.Value.AddMinutes(1), job.Schedule.NextAt!.Value,
        [.. Enumerable.Range(0, executions).Select(_ => new NewExecution(Execution(job) with { Tick = job.Schedule.NextAt }))], 0, Now);
}
