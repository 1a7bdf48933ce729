using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Stores;

namespace Glovebox.Tests.Conformance.Stores;

/// <summary>What every <see cref="IOutbox"/> does.</summary>
public abstract class OutboxSuite(StoreSite site) : JobSuite(site)
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private static JobSpec Telling => Spec() with { Notify = new OutcomeTargets<string>([], [], ["me@example"]) };

    [Fact]
    public async Task An_end_leaves_a_notice_only_when_the_job_tells_and_there_is_no_retry()
    {
        await SubmitAsync();
        var job = (await SubmitAsync(spec: Telling)).Job;
        var claimed = await ClaimAsync();
        await FinishAsync(claimed[0]);
        await FinishAsync(claimed[1], ExecutionState.Failed, FailureClass.ExitCode, new NewExecution(Execution(job) with { RetryOf = claimed[1].Execution.Id }));
        Assert.Empty(await Outbox.TakeNoticesAsync(10, Lease, Now, None));

        await FinishAsync(await ClaimOneAsync(), ExecutionState.Failed, FailureClass.ExitCode);

        var notice = Assert.Single(await Outbox.TakeNoticesAsync(10, Lease, Now, None));
        Assert.Equal((job.Id, JobState.Failed), (notice.Job.Id, notice.Job.Status));
        Assert.Equal(ExecutionState.Failed, notice.Execution.Status);
    }

    [Fact]
    public async Task What_is_cancelled_or_expires_while_it_waits_is_told_too()
    {
        var cancelled = (await SubmitAsync(spec: Telling)).Job.Id;
        var expired = (await SubmitAsync(spec: Telling with { ExpiresAt = Now.AddMinutes(1) })).Job.Id;
        await Jobs.CancelJobAsync(cancelled, Now, None);
        await Schedules.ExpireAsync(Now.AddMinutes(2), None);

        var notices = await Outbox.TakeNoticesAsync(10, Lease, Now.AddMinutes(2), None);

        Assert.Equal([(cancelled, ExecutionState.Cancelled), (expired, ExecutionState.Expired)], notices.Select(n => (n.Job.Id, n.Execution.Status)));
    }

    [Fact]
    public async Task A_notice_outlives_its_job_and_comes_again_after_its_lease()
    {
        var id = await EndOneAsync();
        await Jobs.RemoveJobAsync(id, None);

        Assert.Single(await Outbox.TakeNoticesAsync(10, Lease, Now, None));
        Assert.Empty(await Outbox.TakeNoticesAsync(10, Lease, Now, None));
        Assert.Equal(Now + Lease, await Schedules.NextDueAsync(Now, None));
        Assert.Single(await Outbox.TakeNoticesAsync(10, Lease, Now + Lease, None));
    }

    [Fact]
    public async Task A_notice_is_replaced_by_its_deliveries_once()
    {
        await EndOneAsync();
        var execution = Assert.Single(await Outbox.TakeNoticesAsync(10, Lease, Now, None)).Execution;
        await Outbox.ExpandAsync(execution.Id, [Delivery(execution, "d1")], Now, None);
        await Outbox.ExpandAsync(execution.Id, [Delivery(execution, "d2")], Now, None);

        var due = Assert.Single(await Outbox.TakeDeliveriesAsync(10, Lease, Now, None));
        Assert.Equal("d1", due.Delivery.Id);
        Assert.Equal("v'1", due.Delivery.Headers["X-%"]);
        Assert.Empty(await Outbox.TakeDeliveriesAsync(10, Lease, Now, None));
        Assert.Single(await Outbox.TakeDeliveriesAsync(10, Lease, Now + Lease, None));
        Assert.Empty(await Outbox.TakeNoticesAsync(10, Lease, Now + Lease, None));
    }

    [Fact]
    public async Task A_delivery_is_tried_until_it_arrives_or_is_given_up_and_its_attempts_show()
    {
        await EndOneAsync();
        var execution = Assert.Single(await Outbox.TakeNoticesAsync(10, Lease, Now, None)).Execution;
        await Outbox.ExpandAsync(execution.Id, [Delivery(execution, "d1"), Delivery(execution, "d2")], Now, None);
        await Outbox.TakeDeliveriesAsync(10, Lease, Now, None);
        var after = await MarkAsync();
        await Outbox.RecordAttemptAsync("d1", 500, "no", Now.AddSeconds(5), Now, None);
        await Outbox.RecordAttemptAsync("d2", null, "refused", null, Now, None);

        Assert.Equal("delivery.failed", await EventsAsync(after));
        Assert.Empty(await Outbox.TakeDeliveriesAsync(10, Lease, Now, None));
        var again = Assert.Single(await Outbox.TakeDeliveriesAsync(10, Lease, Now.AddSeconds(5), None));
        Assert.Equal(("d1", 1), (again.Delivery.Id, again.Attempts));
        await Outbox.RecordAttemptAsync("d1", 204, null, null, Now.AddSeconds(6), None);
        Assert.Equal(
            ["d1 delivered 2 204 ", "d2 failed 1  refused"],
            (await Outbox.ListAsync(execution.Id, None)).Select(d => $"{d.Id} {d.Status} {d.Attempts} {d.LastCode} {d.LastError}"));
        Assert.Equal(0, (await Jobs.CountAsync(Now, None)).PendingDeliveries);
    }

    [Fact]
    public async Task Takers_at_once_share_what_is_due()
    {
        for (var i = 0; i < 30; i++) await EndOneAsync();
        var other = await Site.OpenAsync();

        var taken = await Task.WhenAll(Enumerable.Range(0, 10).Select(i =>
            Task.Run(() => (i % 2 == 0 ? Outbox : other.Outbox).TakeNoticesAsync(5, Lease, Now, None))));
        var rest = await Outbox.TakeNoticesAsync(100, Lease, Now, None);

        var ids = taken.SelectMany(t => t).Concat(rest).Select(n => n.Execution.Id).ToList();
        Assert.Equal(30, ids.Count);
        Assert.Equal(30, ids.Distinct().Count());
    }

    private static NewDelivery Delivery(JobExecution execution, string id) => new(
        id, execution.JobId, execution.Id, "webhook", "http://x/'", "finishes", new Dictionary<string, string> { ["X-%"] = "v'1" }, "{}", 5);

    private async Task<string> EndOneAsync()
    {
        var id = (await SubmitAsync(spec: Telling)).Job.Id;
        await FinishAsync(await ClaimOneAsync());
        return id;
    }
}
