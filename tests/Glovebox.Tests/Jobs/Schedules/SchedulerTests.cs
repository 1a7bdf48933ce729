using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Schedules;

namespace Glovebox.Tests.Jobs.Schedules;

public sealed class SchedulerTests : IAsyncDisposable
{
    private readonly JobSite _site = new();
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(JobSite.Cancellation);
    private readonly List<string> _warnings = [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _stop.Dispose();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task It_sleeps_until_a_tick_is_due_and_fires_it()
    {
        var job = (await _site.SubmitAsync(JobSite.Spec() with { Cron = "*/30 * * * * *" })).Job;
        var running = Scheduler().RunAsync(_stop.Token);
        for (var i = 0; i < 3; i++)
        {
            var due = (await _site.Jobs.ShowAsync(job.Id, _stop.Token)).Schedule!.NextAt!.Value;
            var queued = NextAsync("execution.queued");
            // Its sleep ends a millisecond after the tick, never much before.
            await _site.Clock.WaitForTimerAsync(due.AddMilliseconds(1), _stop.Token);
            Assert.InRange(_site.Clock.NextTimer()!.Value, due, due.AddMilliseconds(1));
            _site.Clock.AdvanceTo(due.AddMilliseconds(1));
            Assert.Equal(due, (await _site.Jobs.ShowExecutionAsync((await queued).ExecutionId!, _stop.Token)).Tick);
        }

        await StopAsync(running);
    }

    [Fact]
    public async Task What_is_submitted_meanwhile_wakes_it()
    {
        var running = Scheduler().RunAsync(_stop.Token);
        await _site.Clock.WaitForTimerAsync(_site.Now.AddMinutes(1.1), _stop.Token);
        await _site.SubmitAsync(JobSite.Spec() with { Cron = "* * * * * *" });
        await _site.Clock.WaitForTimerAsync(_site.Now.AddMilliseconds(1001), _stop.Token);
        await StopAsync(running);
    }

    [Fact]
    public async Task Everything_that_waited_too_long_expires_in_one_round()
    {
        var jobs = new List<string>();
        for (var i = 0; i < 230; i++) jobs.Add((await _site.SubmitAsync(JobSite.Spec() with { ExpiresAt = _site.Now.AddSeconds(20) })).Execution!.Id);
        _site.Clock.Advance(TimeSpan.FromSeconds(21));
        await Scheduler().RoundAsync(_stop.Token);
        foreach (var id in jobs) Assert.Equal(ExecutionState.Expired, (await _site.Jobs.ShowExecutionAsync(id, _stop.Token)).Status);
    }

    [Fact]
    public async Task What_waited_too_long_expires()
    {
        var execution = (await _site.SubmitAsync(JobSite.Spec() with { ExpiresAt = _site.Now.AddSeconds(20) })).Execution!;
        var running = Scheduler().RunAsync(_stop.Token);
        await _site.Clock.WaitForTimerAsync(_site.Now.AddMilliseconds(20_001), _stop.Token);
        var finished = NextAsync("execution.finished");
        _site.Clock.Advance(TimeSpan.FromMilliseconds(20_001));
        Assert.Equal(execution.Id, (await finished).ExecutionId);
        Assert.Equal(ExecutionState.Expired, (await _site.Jobs.ShowExecutionAsync(execution.Id, _stop.Token)).Status);
        await StopAsync(running);
    }

    [Fact]
    public async Task A_store_that_is_gone_for_a_while_is_said_once_and_work_goes_on()
    {
        await _site.SubmitAsync(JobSite.Spec() with { Cron = "*/30 * * * * *" });
        var schedules = new MortalSchedules(_site.Stores.Schedules) { Outage = 3 };
        var running = new Scheduler(schedules, _site.Stores.Queue, _site.Clock, _warnings.Add).RunAsync(_stop.Token);
        var queued = NextAsync("execution.queued");
        var until = _site.Now.AddSeconds(31);
        while (!queued.IsCompleted && _site.Now < until)
        {
            await _site.Clock.WaitForTimerAsync(_site.Now.AddMinutes(2), _stop.Token);
            _site.Clock.AdvanceTo(_site.Clock.NextTimer()!.Value);
        }

        Assert.NotNull((await queued).ExecutionId);
        Assert.Equal(["scheduler: the store is gone", "scheduler: goes on"], _warnings);
        await StopAsync(running);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Ten_years_three_schedulers_and_kills_lose_and_double_no_tick(int seed)
    {
        var random = new Random(seed);
        var begin = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var end = begin.AddYears(10);
        await using var site = new JobSite(begin);
        (string Cron, string? Zone)[] schedules =
        [
            ("30 2 * * *", "Europe/Berlin"), ("0 */12 * * *", "America/New_York"), ("15 2 * * SUN", "Australia/Lord_Howe"),
            ("*/20 1-3 25-31 3,10 *", "Europe/Berlin"), ("0 0 1 * *", null), ("0 0 29 2 *", "Pacific/Apia"),
        ];
        var jobs = new List<Job>();
        foreach (var (cron, zone) in schedules)
            jobs.Add((await site.SubmitAsync(JobSite.Spec() with { Cron = cron, TimeZone = zone, CatchUp = CatchUpPolicy.All })).Job);

        var mortal = new MortalSchedules(site.Stores.Schedules);
        while (site.Now < end)
        {
            site.Clock.AdvanceTo(new[] { site.Now.AddMinutes(random.Next(1, 40 * 24 * 60)), end }.Min());
            // Some of the three die in the middle of a firing, before or after its commit; their successors come with the next step.
            mortal.Deaths = [.. Enumerable.Range(0, random.Next(3)).Select(_ => (random.Next(6), random.Next(2) == 0))];
            await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => LiveAsync(new Scheduler(mortal, site.Stores.Queue, site.Clock, _warnings.Add))));
        }

        mortal.Deaths = [];
        await LiveAsync(new Scheduler(mortal, site.Stores.Queue, site.Clock, _warnings.Add));
        Assert.True(mortal.Died > 50);
        foreach (var (job, (cron, zone)) in jobs.Zip(schedules)) Assert.Equal(Expected(cron, zone, begin, end), await FiredAsync(site, job.Id));
        Assert.Empty(_warnings);
    }

    private static async Task LiveAsync(Scheduler scheduler)
    {
        try
        {
            await Task.Run(() => scheduler.RoundAsync(JobSite.Cancellation));
        }
        catch (DeathException)
        {
            // A process that is gone leaves what it had begun.
        }
    }

    private static List<DateTimeOffset> Expected(string cron, string? zone, DateTimeOffset begin, DateTimeOffset end)
    {
        var ticks = new List<DateTimeOffset>();
        for (var next = Cron.Parse(cron, zone).Next(begin); next <= end; next = Cron.Parse(cron, zone).Next(ticks[^1])) ticks.Add(next.Value);
        return ticks;
    }

    private static async Task<List<DateTimeOffset>> FiredAsync(JobSite site, string job)
    {
        var ticks = new List<DateTimeOffset>();
        string? cursor = null;
        do
        {
            var page = await site.Jobs.ListExecutionsAsync(new ExecutionFilter(JobId: job, Cursor: cursor, Limit: 1000), JobSite.Cancellation);
            ticks.AddRange(page.Items.Select(e => e.Tick!.Value));
            cursor = page.Next;
        }
        while (cursor is not null);
        return [.. ticks.Order()];
    }

    private Scheduler Scheduler() => new(_site.Stores.Schedules, _site.Stores.Queue, _site.Clock, _warnings.Add);

    private async Task<JobEvent> NextAsync(string kind)
    {
        var after = await _site.Stores.Jobs.LastEventAsync(_stop.Token);
        await foreach (var happened in _site.Jobs.EventsAsync(after, null, null, _stop.Token))
            if (happened.Kind == kind) return happened;
        throw new InvalidOperationException("events do not end");
    }

    private async Task StopAsync(Task running)
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
