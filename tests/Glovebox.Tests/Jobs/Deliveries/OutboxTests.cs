using System.Text.Json;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Deliveries;
using Glovebox.Jobs.Stores;

namespace Glovebox.Tests.Jobs.Deliveries;

public sealed class OutboxTests : IAsyncDisposable
{
    private readonly JobSite _site = new();
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(JobSite.Cancellation);
    private readonly List<Task> _running = [];
    private readonly WatchedOutbox _outbox;

    public OutboxTests() => _outbox = new WatchedOutbox(_site.Stores.Outbox);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task A_failed_job_calls_its_webhook_with_what_happened()
    {
        await using var receiver = new WebhookReceiver();
        Start();
        var spec = JobSite.Spec() with
        {
            Metadata = new System.Text.Json.Nodes.JsonObject { ["owner"] = "ada" },
            Variables = new Dictionary<string, string> { ["API_KEY"] = "hunter2" },
            Webhooks = new OutcomeTargets<Webhook>([new Webhook(receiver.Url + "good", new Dictionary<string, string>())], [new Webhook(receiver.Url + "bad", new Dictionary<string, string>())], []),
        };
        var job = (await _site.SubmitAsync(spec)).Job;
        var execution = await _site.FinishAsync(ExecutionState.Failed, FailureClass.ExitCode, 3);
        var call = await receiver.NextAsync(_stop.Token);
        Assert.Equal("/bad", call.Path);
        var body = JsonSerializer.Deserialize(call.Body, JobsJson.Default.WebhookBody)!;
        Assert.Equal(("fails", job.Id, JobState.Failed, execution.Id, 3), (body.Event, body.Job.Id, body.Job.Status, body.Execution.Id, body.Execution.ExitCode));
        Assert.Equal("ada", (string)body.Metadata["owner"]!);
        Assert.Equal(body.Delivery, call.Headers["Glovebox-Delivery"]);
        Assert.DoesNotContain("hunter2", call.Body);
    }

    [Fact]
    public async Task A_failed_attempt_is_repeated_later_with_the_same_delivery_and_every_attempt_is_seen()
    {
        await using var receiver = new WebhookReceiver(call => call < 2 ? 500 : 200);
        Start();
        await SubmitAsync(new Webhook(receiver.Url, new Dictionary<string, string>(), 5));
        var execution = await _site.FinishAsync(ExecutionState.Lost, FailureClass.Lost);
        var ids = new List<string> { (await receiver.NextAsync(_stop.Token)).Headers["Glovebox-Delivery"] };
        for (var (attempt, longest) = (1, 6d); attempt <= 2; attempt++, longest *= 2)
        {
            var waiting = await DeliveryAsync(execution.Id, d => d.Attempts == attempt);
            Assert.Equal(("pending", 500, "status 500"), (waiting.Status, waiting.LastCode, waiting.LastError));
            Assert.InRange((waiting.NextAt!.Value - _site.Now).TotalSeconds, longest / 1.5 - 0.1, longest + 0.1);
            await _site.Clock.WaitForTimerAsync(waiting.NextAt.Value.AddMilliseconds(2), _stop.Token);
            _site.Clock.AdvanceTo(waiting.NextAt.Value.AddMilliseconds(2));
            ids.Add((await receiver.NextAsync(_stop.Token)).Headers["Glovebox-Delivery"]);
        }

        Assert.Single(ids.Distinct());
        var delivered = await DeliveryAsync(execution.Id, d => d.Attempts == 3);
        Assert.Equal(("delivered", 200, "fails"), (delivered.Status, delivered.LastCode, delivered.On));
    }

    [Fact]
    public async Task Retries_are_used_up()
    {
        await using var receiver = new WebhookReceiver(_ => 404);
        Start();
        await SubmitAsync(new Webhook(receiver.Url, new Dictionary<string, string>(), 0));
        var execution = await _site.FinishAsync(ExecutionState.TimedOut, FailureClass.Timeout);
        var failed = await DeliveryAsync(execution.Id, d => d.Attempts == 1);
        Assert.Equal(("failed", 404, null), (failed.Status, failed.LastCode, failed.NextAt));
    }

    [Fact]
    public async Task What_a_dead_loop_had_taken_is_sent_by_another()
    {
        await using var receiver = new WebhookReceiver();
        await SubmitAsync(new Webhook(receiver.Url, new Dictionary<string, string>()));
        await _site.FinishAsync(ExecutionState.Failed, FailureClass.ExitCode, 1);

        // It took the notice and died; its successor took the delivery and died.
        var notice = Assert.Single(await _site.Stores.Outbox.TakeNoticesAsync(10, TimeSpan.FromSeconds(60), _site.Now, _stop.Token));
        Assert.Empty(await _site.Stores.Outbox.TakeNoticesAsync(10, TimeSpan.FromSeconds(60), _site.Now, _stop.Token));
        _site.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Single(await _site.Stores.Outbox.TakeNoticesAsync(10, TimeSpan.FromSeconds(60), _site.Now, _stop.Token));
        await _site.Stores.Outbox.ExpandAsync(notice.Execution.Id, Announcements.Of(notice, _site.Now), _site.Now, _stop.Token);
        Assert.Single(await _site.Stores.Outbox.TakeDeliveriesAsync(10, TimeSpan.FromSeconds(60), _site.Now, _stop.Token));

        Start();
        await _site.Clock.WaitForTimerAsync(_site.Now.AddSeconds(61), _stop.Token);
        _site.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal("POST", (await receiver.NextAsync(_stop.Token)).Method);
    }

    [Fact]
    public async Task A_slow_receiver_does_not_hold_up_the_others()
    {
        await using var slow = new WebhookReceiver(_ => -200);
        await using var quick = new WebhookReceiver();
        Start();
        await SubmitAsync(new Webhook(slow.Url, new Dictionary<string, string>()));
        await _site.FinishAsync(ExecutionState.Failed, FailureClass.ExitCode, 1);
        await slow.NextAsync(_stop.Token);
        for (var i = 0; i < 40; i++) await SubmitAsync(new Webhook(quick.Url, new Dictionary<string, string>()));
        for (var i = 0; i < 40; i++) await _site.FinishAsync(ExecutionState.Failed, FailureClass.ExitCode, 1);
        var seen = new HashSet<string>();
        for (var i = 0; i < 40; i++) seen.Add((await quick.NextAsync(_stop.Token)).Headers["Glovebox-Delivery"]);
        Assert.Equal(40, seen.Count);
    }

    [Fact]
    public async Task Two_loops_share_the_work()
    {
        await using var receiver = new WebhookReceiver();
        Start();
        Start();
        for (var i = 0; i < 30; i++) await SubmitAsync(new Webhook(receiver.Url, new Dictionary<string, string>()));
        var executions = new List<string>();
        for (var i = 0; i < 30; i++) executions.Add((await _site.FinishAsync(ExecutionState.Failed, FailureClass.ExitCode, 1)).Id);
        foreach (var execution in executions) Assert.Equal(1, (await DeliveryAsync(execution, d => d.Status == "delivered")).Attempts);
        var seen = new HashSet<string>();
        for (var i = 0; i < 30; i++) Assert.True(seen.Add((await receiver.NextAsync(_stop.Token)).Headers["Glovebox-Delivery"]));
    }

    [Fact]
    public async Task A_mail_is_sent()
    {
        await using var receiver = new MailReceiver();
        Start(new MailSettings("127.0.0.1", receiver.Port, "glovebox@example.org", StartTls: false));
        await _site.SubmitAsync(JobSite.Spec() with { Notify = new OutcomeTargets<string>([], ["ada@example.org"], []) });
        await _site.FinishAsync(ExecutionState.Failed, FailureClass.OutOfMemory);
        Assert.Contains("Subject: train: failed", (await receiver.NextAsync(_stop.Token)).Text);
    }

    private Task<SubmittedJob> SubmitAsync(Webhook fails) => _site.SubmitAsync(JobSite.Spec() with { Webhooks = new OutcomeTargets<Webhook>([], [fails], []) });

    private void Start(MailSettings? mail = null)
    {
        var loop = new OutboxLoop(_outbox, _site.Stores.Schedules, _site.Stores.Queue, new DeliverySettings("secret", mail), _site.Clock, new Random(1), _ => { });
        _running.Add(Task.Run(() => loop.RunAsync(_stop.Token)));
    }

    /// <summary>Waits until the delivery is as wanted: each attempt that is noted is said.</summary>
    private async Task<Delivery> DeliveryAsync(string execution, Func<Delivery, bool> wanted)
    {
        while (true)
        {
            var noted = _outbox.Noted;
            if ((await _site.Jobs.ListDeliveriesAsync(execution, _stop.Token)).FirstOrDefault(wanted) is { } found) return found;
            await noted.WaitAsync(_stop.Token);
        }
    }
}
