using System.Collections.Concurrent;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Stores;

namespace Glovebox.Tests.Conformance.Stores;

/// <summary>The job store with many at it at once, in two processes' worth of connections.</summary>
public abstract class CrowdSuite(StoreSite site) : JobSuite(site)
{
    [Fact]
    public async Task No_execution_is_claimed_twice_and_none_is_left()
    {
        var other = await Site.OpenAsync();
        for (var i = 0; i < 30; i++) await SubmitAsync("t" + (i % 3), executions: i % 10 == 0 ? 20 : 1);
        const int All = (3 * 20) + 27;

        var claimed = new ConcurrentBag<string>();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            while (claimed.Count < All)
                foreach (var one in await (i % 2 == 0 ? Queue : other.Queue).ClaimAsync(new Claim("n" + i, 3, [], Now), None)) claimed.Add(one.Execution.Id);
        })));

        Assert.Equal(All, claimed.Distinct().Count());
        Assert.Equal(All, claimed.Count);
    }

    [Fact]
    public async Task A_limit_on_a_task_an_array_or_a_resource_holds_over_all_nodes()
    {
        var other = await Site.OpenAsync();
        await Jobs.DefineTaskAsync("two", new TaskDefinition(Concurrency: 2), null, Now, None);
        for (var i = 0; i < 20; i++) await SubmitAsync("two");
        await SubmitAsync("array", Spec() with { Array = new JobArray(0, 19, null, Parallelism: 3) }, executions: 20);
        int left = 40, two = 0, array = 0, placed = 0, worst = 0;

        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(async () =>
        {
            var queue = i % 2 == 0 ? Queue : other.Queue;
            while (Volatile.Read(ref left) > 0)
                foreach (var one in await queue.ClaimAsync(new Claim("n" + i, 2, [], Now), None))
                {
                    var isTwo = one.Execution.Task == "two";
                    var now = isTwo ? Interlocked.Increment(ref two) : Interlocked.Increment(ref array);
                    if (now > (isTwo ? 2 : 3)) Interlocked.Increment(ref worst);
                    if (await queue.PlaceAsync(one.Key, "small", 1, None))
                    {
                        if (Interlocked.Increment(ref placed) > 1) Interlocked.Increment(ref worst);
                        Interlocked.Decrement(ref placed);
                    }

                    if (isTwo) Interlocked.Decrement(ref two);
                    else Interlocked.Decrement(ref array);
                    Assert.True(await queue.FinishAsync(Finish(one), None));
                    Interlocked.Decrement(ref left);
                }
        })));

        Assert.Equal(0, worst);
        Assert.Equal(0, (await Jobs.CountAsync(Now, None)).Running);
    }

    [Fact]
    public async Task Ends_of_one_job_at_once_are_all_counted()
    {
        var other = await Site.OpenAsync();
        var job = (await SubmitAsync(executions: 60)).Job.Id;
        var claimed = new List<ClaimedExecution>();
        while (claimed.Count < 60) claimed.AddRange(await ClaimAsync(60));

        await Task.WhenAll(claimed.Select((one, i) => Task.Run(() => (i % 2 == 0 ? Queue : other.Queue).FinishAsync(
            Finish(one, i % 3 == 0 ? ExecutionState.Failed : ExecutionState.Succeeded, i % 3 == 0 ? FailureClass.ExitCode : null), None))));

        var ended = await JobAsync(job);
        Assert.Equal((JobState.Failed, new JobCounts(60, 0, 40, 20)), (ended.Status, ended.Executions));
    }

    [Fact]
    public async Task Of_a_claim_and_a_cancellation_at_once_each_execution_sees_one_truth()
    {
        var other = await Site.OpenAsync();
        for (var round = 0; round < 15; round++)
        {
            var job = (await SubmitAsync(executions: 3)).Job.Id;
            var claiming = Task.Run(() => ClaimAsync(3));
            await Task.Run(() => other.Jobs.CancelJobAsync(job, Now, None));
            var claimed = await claiming;

            var then = await JobAsync(job);
            Assert.Equal(claimed.Count, then.Executions.Open);
            Assert.Equal(3 - claimed.Count, then.Executions.Failed);
            foreach (var one in claimed) Assert.NotNull((await ExecutionAsync(one.Execution.Id)).CancelRequestedAt);
            foreach (var one in claimed) Assert.True(await FinishAsync(one, ExecutionState.Cancelled, FailureClass.Cancelled));
            Assert.Equal(JobState.Cancelled, (await JobAsync(job)).Status);
        }
    }

    [Fact]
    public async Task A_reader_of_events_misses_none_and_sees_none_twice()
    {
        var other = await Site.OpenAsync();
        var writing = Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(async () =>
        {
            for (var n = 0; n < 15; n++) await (i % 2 == 0 ? Jobs : other.Jobs).SubmitAsync(NewJob("t" + i, Spec()), None);
        })));
        var seen = new List<JobEvent>();
        while (seen.Count(e => e.Kind == "execution.queued") < 180)
        {
            seen.AddRange(await Jobs.ReadEventsAsync(seen.Count == 0 ? 0 : seen[^1].Id, 7, None));
            if (writing.IsFaulted) await writing;
        }

        await writing;
        Assert.Equal(seen.Select(e => e.Id).Order(), seen.Select(e => e.Id));
        Assert.Equal(180, seen.Where(e => e.Kind == "execution.queued").Select(e => e.ExecutionId).Distinct().Count());
        Assert.Equal(seen.Count, (await other.Jobs.ReadEventsAsync(0, 1000, None)).Count);
        Assert.Equal(seen[^1].Id, await Jobs.LastEventAsync(None));
    }

    [Fact]
    public async Task Takers_over_at_once_share_what_the_dead_held()
    {
        var other = await Site.OpenAsync();
        for (var i = 0; i < 10; i++) await SubmitAsync();
        foreach (var one in await ClaimAsync(node: "dead")) await StartAsync(one, machine: null);

        var taken = await Task.WhenAll(Enumerable.Range(0, 6).Select(i =>
            Task.Run(() => (i % 2 == 0 ? Queue : other.Queue).TakeOverAsync("dead", "n" + i, "m", true, Now, None))));

        Assert.Equal(10, taken.SelectMany(t => t).Select(t => t.Execution.Id).Distinct().Count());
        Assert.Equal(10, taken.Sum(t => t.Count));
    }
}
