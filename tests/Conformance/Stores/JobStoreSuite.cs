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
}
