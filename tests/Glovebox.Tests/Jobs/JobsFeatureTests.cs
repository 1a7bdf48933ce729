using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Jobs;

namespace Glovebox.Tests.Jobs;

public sealed class JobsFeatureTests : IAsyncDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly JobSite _site = new();

    private JobsFeature Jobs => _site.Jobs;

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task A_job_is_queued_with_its_first_execution()
    {
        var submitted = await _site.SubmitAsync(JobSite.Spec("echo", "a") with { Priority = 3 }, options: new SubmitOptions(RequestAddress: "10.0.0.9"));
        Assert.True(submitted.Created);
        Assert.Equal((JobState.Queued, "10.0.0.9"), (submitted.Job.Status, submitted.Job.RequestAddress));
        Assert.Equal((ExecutionState.Queued, 3, _site.Now), (submitted.Execution!.Status, submitted.Execution.Priority, submitted.Execution.AvailableAt));
        Assert.Equal(submitted.Job.Id, (await Jobs.ShowAsync(submitted.Job.Id[^8..], None)).Id);
    }

    [Fact]
    public async Task StartIn_counts_by_the_servers_clock()
    {
        var submitted = await _site.SubmitAsync(JobSite.Spec() with { StartIn = 90 });
        Assert.Equal(JobState.Scheduled, submitted.Job.Status);
        Assert.Equal((_site.Now.AddSeconds(90), null), (submitted.Job.Spec.StartAt, submitted.Job.Spec.StartIn));
        Assert.Equal(_site.Now.AddSeconds(90), submitted.Execution!.AvailableAt);
    }

    [Fact]
    public async Task A_schedule_has_its_first_tick_and_no_execution()
    {
        var submitted = await _site.SubmitAsync(JobSite.Spec() with { Cron = "0 9 * * *", TimeZone = "Europe/Berlin" });
        Assert.Null(submitted.Execution);
        Assert.Equal(JobState.Scheduled, submitted.Job.Status);
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero), submitted.Job.Schedule!.NextAt);
    }

    [Fact]
    public async Task An_array_has_an_execution_for_each_index_in_order()
    {
        var submitted = await _site.SubmitAsync(JobSite.Spec() with { Array = new JobArray(5, 8, null) });
        var executions = await Jobs.ListExecutionsAsync(new ExecutionFilter(JobId: submitted.Job.Id), None);
        Assert.Equal([0, 1, 2, 3], executions.Items.Select(e => e.ArrayPosition!.Value).Order());
        Assert.Equal(executions.Items.OrderBy(e => e.Number).Select(e => e.ArrayPosition), [0L, 1L, 2L, 3L]);
    }

    [Fact]
    public async Task The_same_request_twice_is_one_job_and_another_request_a_conflict()
    {
        var options = new SubmitOptions(IdempotencyKey: "k");
        var first = await _site.SubmitAsync(JobSite.Spec() with { StartIn = 60 }, options: options);
        _site.Clock.Advance(TimeSpan.FromSeconds(5));
        var second = await _site.SubmitAsync(JobSite.Spec() with { StartIn = 60 }, options: options);
        Assert.Equal((first.Job.Id, false), (second.Job.Id, second.Created));
        await RefusedAsync(RefusalKind.Conflict, () => _site.SubmitAsync(JobSite.Spec("false"), options: options));
    }

    [Fact]
    public async Task The_client_may_choose_a_UUID()
    {
        const string id = "0193F7A0-1111-4222-8333-444455556666";
        Assert.Equal(id.ToLowerInvariant(), (await _site.SubmitAsync(options: new SubmitOptions(Id: id))).Job.Id);
        await RefusedAsync(RefusalKind.Conflict, () => _site.SubmitAsync(options: new SubmitOptions(Id: id)));
        await RefusedAsync(RefusalKind.Bad, () => _site.SubmitAsync(options: new SubmitOptions(Id: "mine")));
        var changed = await _site.SubmitAsync(JobSite.Spec("other"), options: new SubmitOptions(Id: id, Replace: true));
        Assert.Equal((false, "other"), (changed.Created, changed.Job.Spec.Command[0]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData(" a")]
    [InlineData("a\n")]
    public async Task A_wrong_name_of_a_task_is_refused(string task)
    {
        await RefusedAsync(RefusalKind.Bad, () => _site.SubmitAsync(task: task));
        Assert.Empty((await Jobs.ListTasksAsync(new TaskFilter(), None)).Items);
    }

    [Fact]
    public async Task A_wrong_spec_is_refused_and_nothing_stored()
    {
        await RefusedAsync(RefusalKind.Bad, () => _site.SubmitAsync(JobSite.Spec() with { Priority = 5000 }));
        await RefusedAsync(RefusalKind.Bad, () => _site.SubmitAsync(JobSite.Spec() with { GraceSeconds = double.NaN }));
        Assert.Empty((await Jobs.ListAsync(new JobFilter(), None)).Items);
    }

    [Theory]
    [InlineData("/data", true)]
    [InlineData("/data/x", true)]
    [InlineData("/database", false)]
    [InlineData("/etc", false)]
    public async Task Volumes_are_below_what_the_server_allows(string source, bool allowed)
    {
        var spec = JobSite.Spec() with { Volumes = [new JobVolume(source, "/in")] };
        if (allowed) Assert.NotNull((await _site.SubmitAsync(spec)).Execution);
        else Assert.StartsWith("volumes[0].source: ", (await RefusedAsync(RefusalKind.Bad, () => _site.SubmitAsync(spec))).Message);
    }

    [Fact]
    public async Task Secrets_are_shown_to_nobody_and_kept_for_the_command()
    {
        var spec = JobSite.Spec() with
        {
            Variables = new Dictionary<string, string> { ["DB_PASSWORD"] = "hunter2", ["PLAIN"] = "x" },
            Webhooks = new OutcomeTargets<Webhook>([], [new Webhook("http://h", new Dictionary<string, string> { ["Authorization"] = "Bearer s3", ["X-A"] = "b" })], []),
        };
        var submitted = await _site.SubmitAsync(spec);
        var seen = new[] { submitted.Job, await Jobs.ShowAsync(submitted.Job.Id, None), (await Jobs.ListAsync(new JobFilter(), None)).Items[0], await Jobs.CancelAsync(submitted.Job.Id, None) };
        foreach (var job in seen)
        {
            Assert.Equal(("***", "x"), (job.Spec.Variables["DB_PASSWORD"], job.Spec.Variables["PLAIN"]));
            Assert.Equal(("***", "b"), (job.Spec.Webhooks.Fails[0].Headers["Authorization"], job.Spec.Webhooks.Fails[0].Headers["X-A"]));
        }

        Assert.Equal("hunter2", (await _site.Stores.Jobs.FindJobsAsync(submitted.Job.Id, 1, None))[0].Spec.Variables["DB_PASSWORD"]);
    }

    [Fact]
    public async Task A_retry_repeats_the_last_execution_and_can_save_the_job()
    {
        var id = (await _site.SubmitAsync()).Job.Id;
        var failed = await _site.FinishAsync(ExecutionState.Failed, FailureClass.ExitCode, 3);
        Assert.Equal(JobState.Failed, (await Jobs.ShowAsync(id, None)).Status);
        var retry = await Jobs.RetryAsync(id, None);
        Assert.Equal((failed.Id, 2), (retry.RetryOf, retry.Attempt));
        await _site.FinishAsync(ExecutionState.Succeeded, null, 0);
        Assert.Equal(JobState.Succeeded, (await Jobs.ShowAsync(id, None)).Status);
    }

    [Fact]
    public async Task A_retry_of_a_waiting_job_cancels_what_waits()
    {
        var submitted = await _site.SubmitAsync();
        var retry = await Jobs.RetryAsync(submitted.Job.Id, None);
        Assert.Equal(ExecutionState.Cancelled, (await Jobs.ShowExecutionAsync(submitted.Execution!.Id, None)).Status);
        Assert.Equal(ExecutionState.Queued, (await Jobs.ShowExecutionAsync(retry.Id, None)).Status);
    }

    [Fact]
    public async Task A_cancelled_job_can_be_retried()
    {
        var id = (await _site.SubmitAsync()).Job.Id;
        Assert.Equal(JobState.Cancelled, (await Jobs.CancelAsync(id, None)).Status);
        Assert.Equal(ExecutionState.Queued, (await Jobs.RetryAsync(id, None)).Status);
        Assert.Equal(JobState.Queued, (await Jobs.ShowAsync(id, None)).Status);
    }

    [Fact]
    public async Task Schedules_are_triggered_and_not_retried_and_others_the_other_way()
    {
        var plain = (await _site.SubmitAsync()).Job.Id;
        var scheduled = (await _site.SubmitAsync(JobSite.Spec() with { Cron = "@daily" })).Job.Id;
        var array = (await _site.SubmitAsync(JobSite.Spec() with { Array = new JobArray(1, 2, null) })).Job.Id;
        Assert.Contains("schedule trigger", (await RefusedAsync(RefusalKind.Conflict, () => Jobs.RetryAsync(scheduled, None))).Message);
        await RefusedAsync(RefusalKind.Conflict, () => Jobs.RetryAsync(array, None));
        await RefusedAsync(RefusalKind.Conflict, () => Jobs.TriggerAsync(plain, None));
        await RefusedAsync(RefusalKind.Conflict, () => Jobs.PauseAsync(plain, None));
        var triggered = await Jobs.TriggerAsync(scheduled, None);
        Assert.Null(triggered.Tick);
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero), (await Jobs.ShowAsync(scheduled, None)).Schedule!.NextAt);
        await Jobs.CancelAsync(scheduled, None);
        await RefusedAsync(RefusalKind.Conflict, () => Jobs.TriggerAsync(scheduled, None));
    }

    [Theory]
    [InlineData(CatchUpPolicy.None, "2026-03-05T00:00:00Z")]
    [InlineData(CatchUpPolicy.Last, "2026-03-02T00:00:00Z")]
    [InlineData(CatchUpPolicy.All, "2026-03-02T00:00:00Z")]
    public async Task A_resumed_schedule_goes_on_where_its_policy_says(CatchUpPolicy policy, string next)
    {
        var id = (await _site.SubmitAsync(JobSite.Spec() with { Cron = "@daily", CatchUp = policy })).Job.Id;
        Assert.True((await Jobs.PauseAsync(id, None)).Schedule!.Paused);
        _site.Clock.Advance(TimeSpan.FromDays(3));
        var resumed = await Jobs.ResumeAsync(id, None);
        Assert.False(resumed.Schedule!.Paused);
        Assert.Equal(DateTimeOffset.Parse(next, System.Globalization.CultureInfo.InvariantCulture), resumed.Schedule.NextAt);
    }

    [Fact]
    public async Task What_is_not_there_or_not_unique_or_too_short_is_said()
    {
        await _site.SubmitAsync();
        await _site.SubmitAsync();
        var prefix = (await Jobs.ListAsync(new JobFilter(), None)).Items[0].Id[..8];
        await RefusedAsync(RefusalKind.Conflict, () => Jobs.ShowAsync(prefix, None));
        await RefusedAsync(RefusalKind.NotFound, () => Jobs.ShowAsync("ffffffff-ffff", None));
        await RefusedAsync(RefusalKind.NotFound, () => Jobs.ShowExecutionAsync("ffffffff-ffff", None));
        await RefusedAsync(RefusalKind.Bad, () => Jobs.ShowAsync("abc", None));
        await RefusedAsync(RefusalKind.NotFound, () => Jobs.ShowTaskAsync("nothing", None));
        await RefusedAsync(RefusalKind.Bad, () => Jobs.ListAsync(new JobFilter(Limit: 0), None));
        await RefusedAsync(RefusalKind.Bad, () => Jobs.ListAsync(new JobFilter(Query: "stat=x"), None));
        await RefusedAsync(RefusalKind.Bad, () => Jobs.ListExecutionsAsync(new ExecutionFilter(Status: "done"), None));
        await RefusedAsync(RefusalKind.Bad, () => Jobs.DefineTaskAsync("t", new TaskDefinition(Concurrency: 0), null, None));
    }

    [Fact]
    public async Task Jobs_are_found_by_a_condition()
    {
        await _site.SubmitAsync(JobSite.Spec() with { Metadata = new System.Text.Json.Nodes.JsonObject { ["owner"] = "ada" } });
        await _site.SubmitAsync();
        Assert.Single((await Jobs.ListAsync(new JobFilter(Query: "metadata.owner=ada and status=queued"), None)).Items);
    }

    [Fact]
    public async Task A_removed_job_takes_its_logs_along()
    {
        var submitted = await _site.SubmitAsync();
        await RefusedAsync(RefusalKind.Conflict, () => Jobs.RemoveAsync(submitted.Job.Id, None));
        await _site.FinishAsync(ExecutionState.Succeeded, null, 0);
        await Jobs.RemoveAsync(submitted.Job.Id, None);
        Assert.Equal([submitted.Execution!.Id], _site.Logs.Removed);
        await RefusedAsync(RefusalKind.NotFound, () => Jobs.ShowAsync(submitted.Job.Id, None));
    }

    [Fact]
    public async Task The_status_counts_what_waits()
    {
        await _site.SubmitAsync();
        await _site.SubmitAsync(JobSite.Spec() with { StartIn = 60 });
        await _site.SubmitAsync(JobSite.Spec() with { Cron = "@daily" });
        _site.Clock.Advance(TimeSpan.FromSeconds(10));
        var status = await Jobs.StatusAsync(None);
        Assert.Equal((1, 1, 1, 10d), (status.Queued, status.Delayed, status.Schedules, status.OldestQueuedSeconds));
        Assert.Equal(_site.Now.AddSeconds(50), status.NextDueAt);
    }

    [Fact]
    public async Task Events_come_without_anybody_asking_again()
    {
        await _site.SubmitAsync();
        await using var events = Jobs.EventsAsync(null, "train", null, JobSite.Cancellation).GetAsyncEnumerator();
        var first = events.MoveNextAsync().AsTask();
        await _site.SubmitAsync(task: "other");
        var submitted = await _site.SubmitAsync();
        Assert.True(await first);
        Assert.Equal((submitted.Job.Id, "job.submitted"), (events.Current.JobId, events.Current.Kind));
        Assert.True(await events.MoveNextAsync());
        Assert.Equal("execution.queued", events.Current.Kind);
    }

    [Fact]
    public async Task Events_are_resumed_after_one_that_was_seen()
    {
        await _site.SubmitAsync();
        await _site.SubmitAsync();
        var all = await TakeAsync(Jobs.EventsAsync(0, null, null, JobSite.Cancellation), 4);
        Assert.Equal(all.Skip(1), await TakeAsync(Jobs.EventsAsync(all[0].Id, null, null, JobSite.Cancellation), 3));
    }

    [Fact]
    public async Task Retention_forgets_jobs_with_their_logs()
    {
        await Jobs.DefineTaskAsync("train", new TaskDefinition(KeepFinished: 1), null, None);
        var executions = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            await _site.SubmitAsync();
            executions.Add((await _site.FinishAsync(ExecutionState.Succeeded, null, 0)).Id);
            _site.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var retention = new Retention(_site.Stores.Jobs, _site.Logs, _site.Clock, _ => { });
        Assert.Equal(2, await retention.RoundAsync(None));
        Assert.Equal(executions[..2].Order(), _site.Logs.Removed.Order());
        Assert.Single((await Jobs.ListAsync(new JobFilter(), None)).Items);
    }

    private static async Task<List<JobEvent>> TakeAsync(IAsyncEnumerable<JobEvent> events, int count)
    {
        var taken = new List<JobEvent>();
        await foreach (var happened in events)
        {
            taken.Add(happened);
            if (taken.Count == count) break;
        }

        return taken;
    }

    private static async Task<RefusalException> RefusedAsync(RefusalKind kind, Func<Task> call)
    {
        var refusal = await Assert.ThrowsAsync<RefusalException>(call);
        Assert.Equal(kind, refusal.Kind);
        return refusal;
    }
}
