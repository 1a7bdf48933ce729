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
    public async Task Any_part_of_an_id_finds_and_an_exact_one_finds_alone()
    {
        foreach (var id in new[] { "aaaa1111", "bbbb1111", "aaaa11112222" }) await Jobs.SubmitAsync(NewJob("t", Spec(), id), None);

        Assert.Equal(3, (await Jobs.FindJobsAsync("1111", 5, None)).Count);
        Assert.Single(await Jobs.FindJobsAsync("1111", 1, None));
        Assert.Equal("aaaa1111", Assert.Single(await Jobs.FindJobsAsync("aaaa1111", 5, None)).Id);
        foreach (var hostile in new[] { "%", "_", "'", "\n", "\\" }) Assert.Empty(await Jobs.FindJobsAsync(hostile, 5, None));
    }

    [Fact]
    public async Task Pages_are_newest_first_and_stand_still_while_jobs_come_and_go()
    {
        var ids = new List<string>();
        for (var i = 0; i < 5; i++) ids.Add((await SubmitAsync(i < 4 ? "a'%" : "b")).Job.Id);
        var first = await Jobs.ListJobsAsync(new JobFilter(Limit: 2), null, None);
        await SubmitAsync();
        await Jobs.CancelJobAsync(ids[3], Now, None);
        await Jobs.RemoveJobAsync(ids[3], None);
        var second = await Jobs.ListJobsAsync(new JobFilter(Limit: 2, Cursor: first.Next), null, None);
        var third = await Jobs.ListJobsAsync(new JobFilter(Limit: 2, Cursor: second.Next), null, None);

        Assert.Equal([ids[4], ids[3]], first.Items.Select(j => j.Id));
        Assert.Equal([ids[2], ids[1]], second.Items.Select(j => j.Id));
        Assert.Equal(ids[0], Assert.Single(third.Items).Id);
        Assert.Null(third.Next);
        Assert.Equal(3, (await Jobs.ListJobsAsync(new JobFilter("a'%"), null, None)).Items.Count);
        Assert.Empty((await Jobs.ListJobsAsync(new JobFilter(Status: JobState.Failed), null, None)).Items);
        Assert.Empty((await Jobs.ListJobsAsync(new JobFilter(Scheduled: true), null, None)).Items);
        Assert.Equal(5, (await Jobs.ListJobsAsync(new JobFilter(Scheduled: false), null, None)).Items.Count);
        Assert.Equal(RefusalKind.Bad, (await Assert.ThrowsAsync<RefusalException>(() => Jobs.ListJobsAsync(new JobFilter(Cursor: "x'"), null, None))).Kind);
        Assert.Equal(3, (await Jobs.ListExecutionsAsync(new ExecutionFilter(Task: "a'%"), None)).Items.Count);
        Assert.Equal(5, (await Jobs.ListExecutionsAsync(new ExecutionFilter(Status: "queued"), None)).Items.Count);
        var page = await Jobs.ListExecutionsAsync(new ExecutionFilter(Limit: 4), None);
        Assert.Single((await Jobs.ListExecutionsAsync(new ExecutionFilter(Cursor: page.Next), None)).Items);
    }

    [Fact]
    public async Task Tasks_are_by_name_and_found_by_any_part_of_it()
    {
        foreach (var name in new[] { "b_1", "A%1", "Ünder 'x'", "a-2" }) await SubmitAsync(name);

        var first = await Jobs.ListTasksAsync(new TaskFilter(Limit: 3), None);
        Assert.Equal(["A%1", "a-2", "b_1"], first.Items.Select(t => t.Name));
        Assert.Equal("Ünder 'x'", Assert.Single((await Jobs.ListTasksAsync(new TaskFilter(Cursor: first.Next), None)).Items).Name);
        Assert.Equal(["A%1", "a-2"], (await Jobs.ListTasksAsync(new TaskFilter("a"), None)).Items.Select(t => t.Name));
        Assert.Equal("Ünder 'x'", Assert.Single((await Jobs.ListTasksAsync(new TaskFilter("ÜNDER '"), None)).Items).Name);
        Assert.Equal("A%1", Assert.Single((await Jobs.ListTasksAsync(new TaskFilter("%"), None)).Items).Name);
        Assert.Equal("b_1", Assert.Single((await Jobs.ListTasksAsync(new TaskFilter("_"), None)).Items).Name);
    }

    [Theory]
    [InlineData("task=train", "abc")]
    [InlineData("task!=train", "")]
    [InlineData("status=queued", "bc")]
    [InlineData("status=failed or priority>1", "ab")]
    [InlineData("not status=failed", "bc")]
    [InlineData("image=debian", "ab")]
    [InlineData("image!=debian", "")]
    [InlineData("not image=debian", "c")]
    [InlineData("environment~TRA", "c")]
    [InlineData("command~\"python train\"", "a")]
    [InlineData("key=\"it's\"", "")]
    [InlineData("key~%", "b")]
    [InlineData("metadata.name=\"o'hara\"", "a")]
    [InlineData("metadata.deep.n>=5", "b")]
    [InlineData("metadata.deep.n<5", "")]
    [InlineData("not metadata.deep.n>=5", "ac")]
    [InlineData("metadata.flag=true", "c")]
    [InlineData("metadata.name~HARA", "a")]
    [InlineData("executions.failed=1", "a")]
    [InlineData("executions.total>=1 and createdAt<2026-01-03", "abc")]
    [InlineData("createdAt>'2026-01-02T03:04:06Z'", "c")]
    [InlineData("finishedAt>2026-01-01", "a")]
    [InlineData("priority='2'", "")]
    [InlineData("spec.graceSeconds=10", "abc")]
    public async Task A_condition_chooses(string where, string expected)
    {
        var a = await SubmitAsync("train", Spec("python", "train.py") with { Metadata = new JsonObject { ["name"] = "o'hara" } });
        await FinishAsync(await ClaimOneAsync(), ExecutionState.Failed, FailureClass.ExitCode);
        var b = await SubmitAsync("train", Spec() with { Priority = 2, Key = "50%", Metadata = new JsonObject { ["deep"] = new JsonObject { ["n"] = 5 }, ["zero"] = "\0" } });
        Now = Now.AddSeconds(5);
        var c = await SubmitAsync("train", Spec() with { Image = null, Environment = "train", Metadata = new JsonObject { ["flag"] = true, ["deep"] = 7 } });
        var names = new Dictionary<string, char> { [a.Job.Id] = 'a', [b.Job.Id] = 'b', [c.Job.Id] = 'c' };

        var found = await Jobs.ListJobsAsync(new JobFilter(), ConditionParser.Parse(where, JobFields.Catalog), None);

        Assert.Equal(expected, string.Concat(found.Items.Select(j => names[j.Id]).Order()));
    }

    [Fact]
    public async Task A_time_is_compared_with_a_time()
    {
        var refusal = await Assert.ThrowsAsync<RefusalException>(() =>
            Jobs.ListJobsAsync(new JobFilter(), ConditionParser.Parse("createdAt>soon", JobFields.Catalog), None));

        Assert.Contains("createdAt", refusal.Message, StringComparison.Ordinal);
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
