using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Stores;

namespace Glovebox.Tests.Conformance.Stores;

/// <summary>What every <see cref="IExecutionQueue"/> does.</summary>
public abstract class ExecutionQueueSuite(StoreSite site) : JobSuite(site)
{
    [Fact]
    public async Task Claims_go_by_priority_and_then_in_the_order_of_submission()
    {
        var ids = new List<string>();
        foreach (var priority in new[] { 0, 5, 0, -1, 5 }) ids.Add((await SubmitAsync(spec: Spec() with { Priority = priority })).Job.Id);

        var claimed = await ClaimAsync(4);

        Assert.Equal([ids[1], ids[4], ids[0], ids[2]], claimed.Select(c => c.Execution.JobId));
        Assert.All(claimed, c => Assert.Equal((ExecutionState.Starting, "n1", 1L), (c.Execution.Status, c.Execution.Node, c.Token)));
        Assert.All(claimed, c => Assert.Null(c.Start));
        Assert.Equal(["true"], claimed[0].Spec.Command);
        Assert.Equal(JobState.Running, (await JobAsync(ids[0])).Status);
        Assert.Equal(ids[3], (await ClaimOneAsync()).Execution.JobId);
        Assert.Empty(await ClaimAsync());
    }

    [Fact]
    public async Task A_delayed_execution_waits_for_its_time_and_then_takes_the_place_of_that_time()
    {
        var delayed = (await SubmitAsync(spec: Spec() with { StartAt = Now.AddSeconds(10) })).Job;
        Assert.Equal(JobState.Scheduled, delayed.Status);
        Assert.Empty(await ClaimAsync());
        Now = Now.AddSeconds(20);
        var later = (await SubmitAsync()).Job;

        Assert.Equal([delayed.Id, later.Id], (await ClaimAsync()).Select(c => c.Execution.JobId));
    }

    [Fact]
    public async Task A_paused_or_blocked_task_gives_nothing_and_holds_up_no_other()
    {
        await Jobs.DefineTaskAsync("paused", new TaskDefinition(Paused: true), null, Now, None);
        await SubmitAsync("paused");
        await SubmitAsync("blocked");
        await SubmitAsync("open");

        Assert.Equal("open", Assert.Single(await ClaimAsync(1, "n1", "blocked")).Execution.Task);
        await Jobs.DefineTaskAsync("paused", new TaskDefinition(), null, Now, None);
        Assert.Equal(["paused", "blocked"], (await ClaimAsync()).Select(c => c.Execution.Task));
    }

    [Fact]
    public async Task A_task_runs_no_more_at_once_than_its_concurrency_and_holds_up_no_other()
    {
        await Jobs.DefineTaskAsync("two", new TaskDefinition(Concurrency: 2), null, Now, None);
        for (var i = 0; i < 5; i++) await SubmitAsync("two");
        await SubmitAsync("other");

        var claimed = await ClaimAsync(3);
        Assert.Equal(["two", "two", "other"], claimed.Select(c => c.Execution.Task));
        Assert.Empty(await ClaimAsync());
        await FinishAsync(claimed[0]);
        Assert.Single(await ClaimAsync());
    }

    [Fact]
    public async Task An_array_runs_no_more_at_once_than_its_parallelism()
    {
        await SubmitAsync(spec: Spec() with { Array = new JobArray(0, 4, null, Parallelism: 2) }, executions: 5);
        await SubmitAsync("other");

        var claimed = await ClaimAsync();
        Assert.Equal(["train", "train", "other"], claimed.Select(c => c.Execution.Task));
        Assert.Equal([0L, 1L], claimed.Take(2).Select(c => c.Execution.ArrayPosition!.Value));
        await FinishAsync(claimed[1]);
        Assert.Equal(2, (await ClaimOneAsync()).Execution.ArrayPosition);
    }

    [Fact]
    public async Task An_execution_goes_from_starting_to_running_to_its_end()
    {
        var job = (await SubmitAsync()).Job.Id;
        var claimed = await ClaimOneAsync();
        Assert.True(await Queue.SetPhaseAsync(claimed.Key, "pulling", None));
        Assert.Equal("pulling", (await ExecutionAsync(claimed.Execution.Id)).Phase);
        Assert.True(await StartAsync(claimed));

        var running = await ExecutionAsync(claimed.Execution.Id);
        Assert.Equal((ExecutionState.Running, null, "local", "box", "sha256:1", "oci"),
            (running.Status, running.Phase, running.Resource, running.Instance, running.Image, running.Backend));
        Assert.Equal(Now, running.StartedAt);
        // Once more, when the first answer was lost.
        Assert.True(await StartAsync(claimed));
        Assert.True(await FinishAsync(claimed, ExecutionState.Failed, FailureClass.ExitCode));
        Assert.False(await StartAsync(claimed));

        var ended = await ExecutionAsync(claimed.Execution.Id);
        Assert.Equal((ExecutionState.Failed, FailureClass.ExitCode, 1, 3L, 4L),
            (ended.Status, ended.FailureClass, ended.ExitCode, ended.StdoutBytes, ended.StderrBytes));
        Assert.Equal(new ResourceUsage(1, 2), ended.Usage);
        Assert.Equal("box", ended.Instance);
        Assert.Equal((JobState.Failed, Now, new JobCounts(1, 0, 0, 1)), await StateAsync(job));
        Assert.EndsWith("execution.started execution.finished job.finished", await EventsAsync(), StringComparison.Ordinal);
        Assert.False(await FinishAsync(claimed));
    }

    [Fact]
    public async Task A_retry_is_counted_once_and_its_job_goes_on()
    {
        var job = (await SubmitAsync()).Job;
        var claimed = await ClaimOneAsync();
        var retry = Execution(job, Now.AddSeconds(5)) with { Attempt = 2, RetryOf = claimed.Execution.Id };
        Assert.True(await FinishAsync(claimed, ExecutionState.Failed, FailureClass.ExitCode, new NewExecution(retry)));

        Assert.True((await ExecutionAsync(claimed.Execution.Id)).Retried);
        Assert.Equal(2, (await ExecutionAsync(retry.Id)).Number);
        Assert.Equal((JobState.Scheduled, null, new JobCounts(2, 1, 0, 0)), await StateAsync(job.Id));
        Now = Now.AddSeconds(5);
        await FinishAsync(await ClaimOneAsync());
        Assert.Equal((JobState.Succeeded, Now, new JobCounts(2, 0, 1, 0)), await StateAsync(job.Id));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_retry_is_dropped_when_the_end_was_asked_for_meanwhile(bool whole)
    {
        var job = (await SubmitAsync()).Job;
        var claimed = await ClaimOneAsync();
        await StartAsync(claimed);
        if (whole) await Jobs.CancelJobAsync(job.Id, Now, None);
        else await Jobs.CancelExecutionAsync(claimed.Execution.Id, Now, None);
        await FinishAsync(claimed, ExecutionState.Failed, FailureClass.ExitCode, new NewExecution(Execution(job)));

        Assert.False((await ExecutionAsync(claimed.Execution.Id)).Retried);
        Assert.Equal(new JobCounts(1, 0, 0, 1), (await JobAsync(job.Id)).Executions);
    }

    [Fact]
    public async Task A_released_execution_keeps_its_place_and_fences_who_released_it()
    {
        var first = (await SubmitAsync()).Job.Id;
        var second = (await SubmitAsync()).Job.Id;
        var claimed = await ClaimOneAsync();
        Assert.True(await Queue.ReleaseAsync(claimed.Key, Now.AddSeconds(1), None));

        Assert.False(await StartAsync(claimed));
        Assert.False(await Queue.ReleaseAsync(claimed.Key, Now, None));
        Assert.False(await FinishAsync(claimed));
        Assert.False(await Queue.SetPhaseAsync(claimed.Key, "pulling", None));
        await Assert.ThrowsAsync<FencedException>(() => Queue.PlaceAsync(claimed.Key, "local", null, None));
        Assert.NotEqual(JobState.Running, (await JobAsync(first)).Status);
        Now = Now.AddSeconds(1);
        Assert.Equal([first, second], (await ClaimAsync()).Select(c => c.Execution.JobId));
    }

    [Fact]
    public async Task A_resource_holds_no_more_than_it_may_and_nothing_when_drained()
    {
        for (var i = 0; i < 3; i++) await SubmitAsync();
        var claimed = await ClaimAsync();
        Assert.True(await Queue.PlaceAsync(claimed[0].Key, "r'1", 1, None));
        Assert.True(await Queue.PlaceAsync(claimed[0].Key, "r'1", 1, None));
        Assert.False(await Queue.PlaceAsync(claimed[1].Key, "r'1", 1, None));
        Assert.True(await Queue.PlaceAsync(claimed[1].Key, "r'1", 2, None));
        Assert.Equal(2, (await Jobs.CountAsync(Now, None)).RunningByResource["r'1"]);
        await FinishAsync(claimed[0]);
        await Queue.SetDrainedAsync("r'1", true, None);
        Assert.False(await Queue.PlaceAsync(claimed[2].Key, "r'1", null, None));
        await Queue.SetDrainedAsync("r'1", false, None);
        Assert.True(await Queue.PlaceAsync(claimed[2].Key, "r'1", 2, None));
    }

    [Fact]
    public async Task A_beat_tells_of_every_node_and_of_what_its_own_must_do()
    {
        await Queue.JoinAsync(new Node("n1", "m1", "http://x/", 4), Now, None);
        await Queue.JoinAsync(new Node("n2", "m2", null, 2), Now.AddSeconds(1), None);
        for (var i = 0; i < 2; i++) await SubmitAsync();
        var claimed = await ClaimAsync();
        await Jobs.CancelJobAsync(claimed[1].Execution.JobId, Now, None);
        await Queue.SetDrainedAsync("r1", true, None);

        var first = await Queue.BeatAsync("n1", draining: true, Now, None);
        var second = await Queue.BeatAsync("n1", draining: true, Now, None);

        Assert.Equal([new Node("n1", "m1", "http://x/", 4), new Node("n2", "m2", null, 2)], first.Nodes.Select(n => n.Node));
        Assert.Equal([(true, 2), (false, 0)], first.Nodes.Select(n => (n.Draining, n.Running)));
        Assert.NotEqual(first.Nodes[0].Beats, second.Nodes[0].Beats);
        Assert.Equal(first.Nodes[1].Beats, second.Nodes[1].Beats);
        Assert.Equal([claimed[1].Key], first.Cancelled);
        Assert.Equal([claimed[0].Key, claimed[1].Key], first.Held);
        Assert.Equal(["r1"], first.Drained);
        await Queue.LeaveAsync("n1", None);
        Assert.Equal(["n2"], (await Queue.BeatAsync("n2", false, Now, None)).Nodes.Select(n => n.Node.Id));
        Assert.Equal(["n1"], await Queue.ListHoldersAsync(None));
    }

    [Fact]
    public async Task What_a_dead_node_held_goes_to_another()
    {
        for (var i = 0; i < 4; i++) await SubmitAsync();
        var claimed = await ClaimAsync(node: "dead");
        await StartAsync(claimed[1], "m1");
        await StartAsync(claimed[2], machine: null);
        await StartAsync(claimed[3], "m2");

        var taken = await Queue.TakeOverAsync("dead", "n2", "m1", others: false, Now, None);

        Assert.Equal([claimed[1].Execution.Id, claimed[2].Execution.Id], taken.Select(t => t.Execution.Id).Order());
        Assert.All(taken, t => Assert.Equal((2L, "n2", "box"), (t.Token, t.Execution.Node, t.Start!.Instance)));
        Assert.Equal("job-" + claimed[1].Execution.Id, taken.Single(t => t.Start!.Machine == "m1").Start!.Handle.Id);
        Assert.False(await FinishAsync(claimed[1]));
        Assert.False(await StartAsync(claimed[0]));
        Assert.Equal(claimed[0].Execution.Id, (await ClaimOneAsync("n2")).Execution.Id);
        Assert.Equal(["dead", "n2"], await Queue.ListHoldersAsync(None));
        Assert.Equal(claimed[3].Execution.Id, Assert.Single(await Queue.TakeOverAsync("dead", "n2", "m1", others: true, Now, None)).Execution.Id);
        Assert.Empty(await Queue.TakeOverAsync("dead", "n2", "m1", others: true, Now, None));
        Assert.True(await FinishAsync(taken[0]));
    }

    [Fact]
    public async Task What_a_node_never_heard_that_it_holds_is_given_to_it_again_and_nothing_else()
    {
        for (var i = 0; i < 4; i++) await SubmitAsync();
        var claimed = await ClaimAsync(node: "n1");
        foreach (var one in claimed.Skip(1)) await StartAsync(one, "m1");
        var wrong = claimed[2].Key with { Token = 7 };

        Assert.Empty(await Queue.ReclaimAsync("n2", [claimed[1].Key], Now, None));
        var given = Assert.Single(await Queue.ReclaimAsync("n1", [claimed[0].Key, claimed[1].Key, wrong], Now, None));

        Assert.Equal((claimed[1].Execution.Id, 2L, "n1", "box"), (given.Execution.Id, given.Token, given.Execution.Node, given.Start!.Instance));
        Assert.Empty(await Queue.ReclaimAsync("n1", [claimed[1].Key], Now, None));
        Assert.False(await FinishAsync(claimed[1]));
        Assert.True(await FinishAsync(given));
        Assert.True(await FinishAsync(claimed[2]));
        Assert.True(await FinishAsync(claimed[3]));
        Assert.Equal(claimed[0].Execution.Id, (await ClaimOneAsync("n2")).Execution.Id);
    }

    [Fact]
    public async Task Each_commit_that_matters_is_heard()
    {
        var heard = JobSignals.None;
        using (Queue.Listen(signals => heard |= signals))
        {
            await SubmitAsync();
            Assert.Equal(JobSignals.Work | JobSignals.Events, heard & (JobSignals.Work | JobSignals.Events));
            var claimed = await ClaimOneAsync();
            await StartAsync(claimed);
            heard = JobSignals.None;
            await Jobs.CancelJobAsync(claimed.Execution.JobId, Now, None);
            Assert.True(heard.HasFlag(JobSignals.Cancel));
            heard = JobSignals.None;
            await FinishAsync(claimed);
            Assert.True(heard.HasFlag(JobSignals.Work));
        }
    }

    private async Task<(JobState, DateTimeOffset?, JobCounts)> StateAsync(string id)
    {
        var job = await JobAsync(id);
        return (job.Status, job.FinishedAt, job.Executions);
    }
}
