using System.Text.Json.Nodes;
using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Jobs;
using Glovebox.Jobs.Stores;
using Glovebox.Query;

namespace Glovebox.Tests.Conformance.Stores;

/// <summary>What every <see cref="IJobStore"/> does.</summary>
public abstract class JobStoreSuite(StoreSite site) : JobSuite(site)
{
    [Fact]
    public async Task A_job_comes_back_as_it_was_submitted_and_its_task_is_made()
    {
        var spec = Spec("sh", "-c", "echo 'it''s' \"100%\" _x_\n") with
        {
            Metadata = new JsonObject { ["na'me\""] = "50% \u0001 naïve 🎲" }, Variables = new Dictionary<string, string> { ["A"] = "b\nc" },
        };
        var submitted = await SubmitAsync("it's 100% \"mine\"", spec);

        var job = await JobAsync(submitted.Job.Id);
        Assert.True(submitted.Created);
        Assert.Equal(JobState.Queued, job.Status);
        Assert.Equal(new JobCounts(1, 1, 0, 0), job.Executions);
        Assert.Equal(spec.Command, job.Spec.Command);
        Assert.Equal(spec.Metadata.ToJsonString(), job.Spec.Metadata.ToJsonString());
        Assert.Equal(submitted.Execution!.Id, (await ExecutionAsync(submitted.Execution.Id)).Id);
        var task = await Jobs.FindTaskAsync("it's 100% \"mine\"", None);
        Assert.Equal(1, task!.Jobs);
        Assert.Null(await Jobs.FindTaskAsync("It's 100% \"mine\"", None));
        Assert.Equal("task.changed job.submitted execution.queued", await EventsAsync());
    }

    [Fact]
    public async Task A_store_has_one_identity_for_all_who_open_it()
    {
        var mine = await Jobs.IdentifyAsync(None);
        Assert.Equal(32, mine.Length);
        Assert.Equal(mine, await (await Site.OpenAsync()).Jobs.IdentifyAsync(None));
    }

    [Fact]
    public async Task Jobs_are_counted_as_they_come_and_go_whoever_brings_them()
    {
        var other = await Site.OpenAsync();
        var made = await Task.WhenAll(Enumerable.Range(0, 30).Select(i =>
            (i % 2 == 0 ? Jobs : other.Jobs).SubmitAsync(NewJob(i % 3 == 0 ? "a" : "b", Spec()), None)));
        await Jobs.SubmitAsync(NewJob("a", Spec(), id: made[0].Job.Id, replace: true), None);
        foreach (var one in made.Take(4))
        {
            await other.Jobs.CancelJobAsync(one.Job.Id, Now, None);
            await Jobs.RemoveJobAsync(one.Job.Id, None);
        }

        foreach (var trimmed in new[] { false, true })
        {
            if (trimmed) await Jobs.TrimAsync(Now.AddDays(-1), None);
            Assert.Equal([("a", 8L), ("b", 18L)], (await Jobs.ListTasksAsync(new TaskFilter(), None)).Items.Select(t => (t.Name, t.Jobs)));
            Assert.Equal(26, (await Jobs.CountAsync(Now, None)).Jobs);
        }
    }

    [Fact]
    public async Task An_idempotency_key_stands_for_the_first_submit_and_for_no_other_content()
    {
        var first = await Jobs.SubmitAsync(NewJob("train", Spec(), key: "k'%"), None);
        var again = await Jobs.SubmitAsync(NewJob("train", Spec(), key: "k'%"), None);
        var refusal = await Assert.ThrowsAsync<RefusalException>(() => Jobs.SubmitAsync(NewJob("train", Spec("b"), key: "k'%", print: "2"), None));

        Assert.False(again.Created);
        Assert.Equal(first.Job.Id, again.Job.Id);
        Assert.Equal(first.Execution!.Id, again.Execution!.Id);
        Assert.Equal(RefusalKind.Conflict, refusal.Kind);
        Assert.Single((await Jobs.ListJobsAsync(new JobFilter(), null, None)).Items);
    }

    [Fact]
    public async Task Many_submits_at_once_with_one_idempotency_key_make_one_job()
    {
        var other = await Site.OpenAsync();
        var done = await Task.WhenAll(Enumerable.Range(0, 40).Select(i =>
            Task.Run(() => (i % 2 == 0 ? Jobs : other.Jobs).SubmitAsync(NewJob("train", Spec(), key: "same"), None))));

        Assert.Single(done, d => d.Created);
        Assert.Single(done.Select(d => d.Job.Id).Distinct());
    }

    [Fact]
    public async Task A_key_stands_for_the_unfinished_job_of_its_task()
    {
        var spec = Spec() with { Key = "model" };
        var first = await SubmitAsync("train", spec);
        var found = await SubmitAsync("train", spec);
        var elsewhere = await SubmitAsync("test", spec);
        Assert.True(await FinishAsync((await ClaimAsync(1))[0]));
        var next = await SubmitAsync("train", spec);

        Assert.Equal((first.Job.Id, false), (found.Job.Id, found.Created));
        Assert.True(elsewhere.Created);
        Assert.True(next.Created);
    }

    [Fact]
    public async Task Many_submits_at_once_with_one_key_make_one_job()
    {
        var other = await Site.OpenAsync();
        var done = await Task.WhenAll(Enumerable.Range(0, 40).Select(i =>
            Task.Run(() => (i % 2 == 0 ? Jobs : other.Jobs).SubmitAsync(NewJob("train", Spec() with { Key = "same" }), None))));

        Assert.Single(done, d => d.Created);
        Assert.Single(done.Select(d => d.Job.Id).Distinct());
    }

    [Fact]
    public async Task An_id_is_taken_once_and_belongs_to_its_task()
    {
        var first = await SubmitAsync();
        var id = first.Job.Id;
        await RefusedAsync(() => Jobs.SubmitAsync(NewJob("train", Spec(), id), None));
        await RefusedAsync(() => Jobs.SubmitAsync(NewJob("other", Spec(), id, replace: true), None));
        Assert.Null(await Jobs.FindTaskAsync("other", None));
    }

    [Fact]
    public async Task A_replaced_job_drops_what_waits_and_lets_go_on_what_runs()
    {
        var id = (await SubmitAsync(executions: 2)).Job.Id;
        var running = await ClaimOneAsync();
        await StartAsync(running);
        var after = await MarkAsync();

        var changed = await Jobs.SubmitAsync(NewJob("train", Spec("new") with { Priority = 3 }, id, replace: true), None);

        Assert.False(changed.Created);
        Assert.Equal((2L, JobState.Running, new JobCounts(3, 2, 0, 1)), (changed.Job.Version, changed.Job.Status, changed.Job.Executions));
        Assert.Equal(["new"], changed.Job.Spec.Command);
        Assert.Equal("execution.finished execution.queued job.changed", await EventsAsync(after));
        await FinishAsync(running);
        await FinishAsync(await ClaimOneAsync());
        Assert.Equal(JobState.Succeeded, (await JobAsync(id)).Status);
        Assert.True((await Jobs.SubmitAsync(NewJob("train", Spec(), replace: true), None)).Created);
    }

    [Fact]
    public async Task A_job_is_replaced_only_while_it_has_the_version_that_was_read()
    {
        var id = (await SubmitAsync()).Job.Id;
        NewJob Changed(long version) => NewJob("train", Spec($"v{version}"), id, replace: true) with { Version = version };

        Assert.Equal(2, (await Jobs.SubmitAsync(Changed(1), None)).Job.Version);
        await RefusedAsync(() => Jobs.SubmitAsync(Changed(1), None));
        Assert.Equal(["v1"], (await JobAsync(id)).Spec.Command);
        Assert.Equal(3, (await Jobs.SubmitAsync(Changed(2), None)).Job.Version);
        await RefusedAsync(() => Jobs.SubmitAsync(NewJob("train", Spec(), NewId(), replace: true) with { Version = 1 }, None));
    }

    [Fact]
    public async Task A_cancelled_job_drops_what_waits_and_asks_for_the_end_of_what_runs()
    {
        var id = (await SubmitAsync(executions: 2)).Job.Id;
        var running = await ClaimOneAsync();
        await StartAsync(running);
        var cancelled = await Jobs.CancelJobAsync(id, Now, None);

        Assert.Equal((true, JobState.Running, new JobCounts(2, 1, 0, 1)), (cancelled!.Stopped, cancelled.Status, cancelled.Executions));
        Assert.Equal(Now, (await ExecutionAsync(running.Execution.Id)).CancelRequestedAt);
        await FinishAsync(running, ExecutionState.Cancelled, FailureClass.Cancelled);
        Assert.Equal(JobState.Cancelled, (await JobAsync(id)).Status);
        var end = (await JobAsync(id)).ModifiedAt;
        Assert.Equal(end, (await Jobs.CancelJobAsync(id, Now.AddHours(1), None))!.ModifiedAt);
        Assert.Null(await Jobs.CancelJobAsync("nobody", Now, None));
    }

    [Fact]
    public async Task A_cancelled_execution_ends_alone()
    {
        var id = (await SubmitAsync(executions: 2)).Job.Id;
        var waiting = (await Jobs.ListExecutionsAsync(new ExecutionFilter(id), None)).Items[0];
        var cancelled = await Jobs.CancelExecutionAsync(waiting.Id, Now, None);

        Assert.Equal((ExecutionState.Cancelled, FailureClass.Cancelled, Now), (cancelled!.Status, cancelled.FailureClass, cancelled.FinishedAt));
        Assert.Equal((JobState.Queued, false), ((await JobAsync(id)).Status, (await JobAsync(id)).Stopped));
        Assert.Null(await Jobs.CancelExecutionAsync("nobody", Now, None));
    }

    [Fact]
    public async Task A_stopped_job_takes_another_execution_only_when_revived()
    {
        var job = (await SubmitAsync()).Job;
        await Jobs.CancelJobAsync(job.Id, Now, None);
        Assert.Null(await Jobs.AddExecutionAsync(new NewExecution(Execution(job)), revive: false, Now, None));
        Assert.Null(await Jobs.AddExecutionAsync(new NewExecution(Execution(job) with { JobId = "nobody" }), true, Now, None));

        var added = await Jobs.AddExecutionAsync(new NewExecution(Execution(job)), revive: true, Now, None);

        Assert.Equal(2, added!.Number);
        var then = await JobAsync(job.Id);
        Assert.Equal((false, JobState.Queued, null), (then.Stopped, then.Status, then.FinishedAt));
    }

    [Fact]
    public async Task An_execution_that_is_repeated_by_hand_counts_no_longer()
    {
        var job = (await SubmitAsync()).Job;
        var failed = await ClaimOneAsync();
        await FinishAsync(failed, ExecutionState.Failed, FailureClass.ExitCode);
        await Jobs.AddExecutionAsync(new NewExecution(Execution(job) with { RetryOf = failed.Execution.Id }), false, Now, None);
        Assert.True((await ExecutionAsync(failed.Execution.Id)).Retried);
        await FinishAsync(await ClaimOneAsync());

        var then = await JobAsync(job.Id);
        Assert.Equal((JobState.Succeeded, new JobCounts(2, 0, 1, 0)), (then.Status, then.Executions));
    }

    [Fact]
    public async Task A_finished_job_can_be_removed_and_no_other()
    {
        var id = (await SubmitAsync()).Job.Id;
        await RefusedAsync(() => Jobs.RemoveJobAsync(id, None));
        var claimed = await ClaimOneAsync();
        await FinishAsync(claimed);

        Assert.Equal([claimed.Execution.Id], await Jobs.RemoveJobAsync(id, None));
        Assert.Null(await Jobs.RemoveJobAsync(id, None));
        Assert.Empty(await Jobs.FindJobsAsync(id, 5, None));
        Assert.Empty(await Jobs.FindExecutionsAsync(claimed.Execution.Id, 5, None));
        Assert.EndsWith("job.removed", await EventsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retention_is_by_number_and_by_age_and_touches_no_unfinished_job()
    {
        await Jobs.DefineTaskAsync("few", new TaskDefinition(KeepFinished: 2), null, Now, None);
        await Jobs.DefineTaskAsync("short", new TaskDefinition(KeepSeconds: 90), null, Now, None);
        var executions = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            foreach (var task in new[] { "few", "short", "all" }) executions.Add((await SubmitAsync(task)).Execution!.Id);
            foreach (var one in await ClaimAsync()) await FinishAsync(one);
            Now = Now.AddMinutes(1);
        }

        await SubmitAsync("short");
        var some = await Jobs.RemoveOutdatedAsync(Now, 1, None);
        var rest = await Jobs.RemoveOutdatedAsync(Now, 100, None);

        Assert.Single(some);
        // Of 'few' the two oldest; of 'short' those that ended more than 90 seconds ago.
        Assert.Equal(new[] { executions[0], executions[3], executions[1], executions[4], executions[7] }.Order(), some.Concat(rest).Order());
        Assert.Empty(await Jobs.RemoveOutdatedAsync(Now, 100, None));
    }

    [Fact]
    public async Task A_task_is_defined_over_the_version_that_was_read()
    {
        await RefusedAsync(() => Jobs.DefineTaskAsync("t", new TaskDefinition(), 1, Now, None));
        var made = await Jobs.DefineTaskAsync("t", new TaskDefinition(Concurrency: 2), 0, Now, None);
        Assert.Equal((1L, 2), (made.Version, made.Definition.Concurrency));
        await RefusedAsync(() => Jobs.DefineTaskAsync("t", new TaskDefinition(), 0, Now, None));
        Assert.Equal(2, (await Jobs.DefineTaskAsync("t", new TaskDefinition(Paused: true), 1, Now, None)).Version);
        await RefusedAsync(() => Jobs.DefineTaskAsync("t", new TaskDefinition(), 1, Now, None));
        Assert.Equal(3, (await Jobs.DefineTaskAsync("t", new TaskDefinition(), null, Now, None)).Version);
        Assert.Equal("task.changed task.changed task.changed", await EventsAsync());
    }

    [Fact]
    public async Task The_queue_is_counted()
    {
        await SubmitAsync("a");
        Now = Now.AddSeconds(30);
        await SubmitAsync("b");
        await SubmitAsync("b", Spec() with { StartAt = Now.AddMinutes(5) });
        await SubmitAsync("c", Spec() with { Cron = "* * * * *" });
        await SubmitAsync("d", Spec() with { Priority = 1 });
        await SubmitAsync("d", Spec() with { Priority = 2 });
        await FinishAsync(await ClaimOneAsync(), ExecutionState.Failed, FailureClass.ExitCode);
        var running = await ClaimOneAsync();
        await Queue.PlaceAsync(running.Key, "r", null, None);

        var counts = await Jobs.CountAsync(Now, None);

        Assert.Equal((4L, 6L, 2L, 1L, 1L), (counts.Tasks, counts.Jobs, counts.Queued, counts.Delayed, counts.Running));
        Assert.Equal((Now.AddSeconds(-30), 1L, 1L, 1L), (counts.OldestQueuedAt, counts.FinishedLastMinute, counts.FailedLastMinute, counts.Schedules));
        Assert.Equal(1, counts.RunningByResource["r"]);
        Assert.Equal([new("a", 1, 0), new("b", 2, 0), new TaskStatusCounts("d", 0, 1)], counts.ByTask);
    }

    [Fact]
    public async Task Old_events_and_idempotency_keys_are_forgotten()
    {
        await Jobs.SubmitAsync(NewJob("t", Spec(), key: "k"), None);
        var last = await MarkAsync();
        Assert.Equal(last, await Jobs.LastEventAsync(None));
        await Jobs.TrimAsync(Now, None);
        Assert.NotEmpty(await Jobs.ReadEventsAsync(0, 10, None));
        await Jobs.TrimAsync(Now.AddSeconds(1), None);
        Assert.Empty(await Jobs.ReadEventsAsync(0, 10, None));

        Assert.True((await Jobs.SubmitAsync(NewJob("t", Spec(), key: "k", print: "2"), None)).Created);
        Assert.True(await MarkAsync() > last);
    }

    private static async Task RefusedAsync(Func<Task> work) =>
        Assert.Equal(RefusalKind.Conflict, (await Assert.ThrowsAsync<RefusalException>(work)).Kind);
}
