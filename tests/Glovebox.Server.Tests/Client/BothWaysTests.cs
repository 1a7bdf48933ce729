using System.Text;
using System.Text.Json;
using Glovebox.Api;
using Glovebox.Api.Access;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Api.Jobs.Remote;
using Glovebox.Server.Tests.Harness;

namespace Glovebox.Server.Tests.Client;

/// <summary>The feature asked itself, and asked through the client and a server, answers the same.</summary>
public abstract class BothWaysSuite : IAsyncLifetime
{
    private static readonly JobSpec Spec = new() { Image = "alpine", Command = ["echo", "a b"], Metadata = new() { ["owner"] = "ann" } };
    private static readonly SubmitOptions Plain = new();

    private protected Served Served { get; private set; } = null!;

    protected abstract IJobs Jobs { get; }

    public virtual async ValueTask InitializeAsync() => Served = await Served.StartAsync();
    public virtual ValueTask DisposeAsync() => Served.DisposeAsync();

    [Fact]
    public async Task A_job_is_the_same()
    {
        var submitted = await Jobs.SubmitAsync("my task: 1", Spec, Plain, default);
        Assert.True(submitted.Created);
        Equal(Served.Jobs.Jobs[0], submitted.Job);
        Equal(Served.Jobs.Jobs[0], await Jobs.ShowAsync(submitted.Job.Id[..8], default));
        Equal(Served.Jobs.Executions[0], submitted.Execution!);
        Equal(Served.Jobs.Executions[0], await Jobs.ShowExecutionAsync(submitted.Execution!.Id, default));
        Assert.Equal("my task: 1", (await Jobs.ShowTaskAsync("my task: 1", default)).Name);
    }

    [Fact]
    public async Task Ids_and_idempotency_keys_reach_it()
    {
        var id = Guid.NewGuid().ToString();
        Assert.True((await Jobs.SubmitAsync("a", Spec, new SubmitOptions(Id: id), default)).Created);
        await RefusedAsync(RefusalKind.Conflict, "is there already", () => Jobs.SubmitAsync("a", Spec, new SubmitOptions(Id: id), default));
        Assert.False((await Jobs.SubmitAsync("a", Spec, new SubmitOptions(Id: id, Replace: true), default)).Created);
        await RefusedAsync(RefusalKind.Conflict, "version 2", () => Jobs.SubmitAsync("a", Spec, new SubmitOptions(Id: id, Replace: true, Version: 1), default));
        Assert.Equal(3, (await Jobs.SubmitAsync("a", Spec, new SubmitOptions(Id: id, Replace: true, Version: 2), default)).Job.Version);
        Assert.True((await Jobs.SubmitAsync("a", Spec, new SubmitOptions("k"), default)).Created);
        Assert.False((await Jobs.SubmitAsync("a", Spec, new SubmitOptions("k"), default)).Created);
        await RefusedAsync(RefusalKind.Conflict, "another request", () => Jobs.SubmitAsync("a", Spec with { Image = "b" }, new SubmitOptions("k"), default));
    }

    [Fact]
    public async Task Lists_have_their_filters_and_pages()
    {
        for (var i = 0; i < 5; i++) await Jobs.SubmitAsync(i == 1 ? "b" : "a", Spec, Plain, default);
        await Jobs.SubmitAsync("a", Spec with { Cron = "* * * * *" }, Plain, default);
        var page = await Jobs.ListAsync(new JobFilter("a", JobState.Queued, Scheduled: false, Limit: 3), default);
        Assert.Equal(3, page.Items.Count);
        Assert.Single((await Jobs.ListAsync(new JobFilter("a", JobState.Queued, Scheduled: false, Cursor: page.Next, Limit: 3), default)).Items);
        Assert.Single((await Jobs.ListAsync(new JobFilter(Scheduled: true), default)).Items);
        Assert.Single((await Jobs.ListAsync(new JobFilter(Query: "task=b"), default)).Items);
        Assert.Equal(5, (await Jobs.ListExecutionsAsync(new ExecutionFilter(Status: "running"), default)).Items.Count);
        Assert.Single((await Jobs.ListExecutionsAsync(new ExecutionFilter(Served.Jobs.Jobs[0].Id), default)).Items);
        Assert.Single((await Jobs.ListTasksAsync(new TaskFilter("B"), default)).Items);
    }

    [Fact]
    public async Task What_is_done_to_a_job_is_done()
    {
        var job = (await Jobs.SubmitAsync("a", Spec, Plain, default)).Job;
        Assert.Equal(job.Id, (await Jobs.RetryAsync(job.Id, default)).JobId);
        await RefusedAsync(RefusalKind.Conflict, "cancel it first", () => Jobs.RemoveAsync(job.Id, default));
        Assert.True((await Jobs.CancelAsync(job.Id, default)).Stopped);
        Assert.Equal(ExecutionState.Cancelled, (await Jobs.CancelExecutionAsync(Served.Jobs.Executions[0].Id, default)).Status);
        Equal(await Served.Jobs.ListDeliveriesAsync(Served.Jobs.Executions[0].Id, default), await Jobs.ListDeliveriesAsync(Served.Jobs.Executions[0].Id, default));
        await Jobs.RemoveAsync(job.Id, default);
        await RefusedAsync(RefusalKind.NotFound, job.Id, () => Jobs.ShowAsync(job.Id, default));
    }

    [Fact]
    public async Task Schedules_and_previews_are_the_same()
    {
        var job = (await Jobs.SubmitAsync("a", Spec with { Cron = "* * * * *", TimeZone = "Europe/Paris" }, Plain, default)).Job;
        Assert.True((await Jobs.PauseAsync(job.Id, default)).Schedule!.Paused);
        Assert.False((await Jobs.ResumeAsync(job.Id, default)).Schedule!.Paused);
        Assert.Equal(job.Id, (await Jobs.TriggerAsync(job.Id, default)).JobId);
        var from = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.FromHours(2));
        Assert.Equal(Served.Jobs.Preview("0 * * * *", "Europe/Paris", from, 3), Jobs.Preview("0 * * * *", "Europe/Paris", from, 3));
        Assert.Equal("cron 'bad': give five fields", Assert.Throws<RefusalException>(() => Jobs.Preview("bad", null, null, 1)).Message);
    }

    [Fact]
    public async Task A_task_keeps_its_version()
    {
        var made = await Jobs.DefineTaskAsync("a", new TaskDefinition(2, KeepSeconds: 60), 0, default);
        await RefusedAsync(RefusalKind.Conflict, "version 1", () => Jobs.DefineTaskAsync("a", new TaskDefinition(), 0, default));
        await RefusedAsync(RefusalKind.Conflict, "version 1", () => Jobs.DefineTaskAsync("a", new TaskDefinition(), 9, default));
        var changed = await Jobs.DefineTaskAsync("a", made.Definition with { Paused = true }, made.Version, default);
        Assert.Equal((new TaskDefinition(2, true, KeepSeconds: 60), 2L), (changed.Definition, changed.Version));
        Equal(Served.Jobs.Tasks["a"], await Jobs.ShowTaskAsync("a", default));
    }

    [Fact]
    public async Task A_log_is_read_to_its_end_while_it_grows()
    {
        var id = (await Jobs.SubmitAsync("a", Spec, Plain, default)).Execution!.Id;
        var (log, text) = (Served.Jobs.LogOf(id), new StringBuilder());
        var reading = Task.Run(async () =>
        {
            for (long at = 0; ;)
            {
                var piece = await Jobs.ReadLogAsync(id, LogStream.Stdout, at, wait: true, default);
                text.Append(Encoding.Latin1.GetString(piece.Bytes.Span));
                if (piece.Ended) return;
                at = piece.Position;
            }
        });
        log.Write(LogStream.Stdout, "one ");
        log.Write(LogStream.Stderr, "not this");
        log.Write(LogStream.Stdout, [0xff]);
        Served.Jobs.End(id, ExecutionState.Succeeded, 0);
        await reading;
        Assert.Equal("one \u00ff", text.ToString());
        var now = await Jobs.ReadLogAsync(id, LogStream.Both, 1, wait: false, default);
        Assert.Equal(("not this", 2L, false), (Encoding.UTF8.GetString(now.Bytes.Span), now.Position, now.Ended));
    }

    [Fact]
    public async Task Events_are_heard_from_any_of_them_on()
    {
        await Jobs.SubmitAsync("a", Spec, Plain, default);
        await Jobs.SubmitAsync("b", Spec, Plain, default);
        var heard = new List<JobEvent>();
        await foreach (var item in Jobs.EventsAsync(0, null, null, default))
        {
            heard.Add(item);
            if (heard.Count == 2) Served.Jobs.Raise("job.finished", "b", "j", null, "succeeded");
            if (heard.Count == 3) break;
        }

        Equal(Served.Jobs.Events, heard);
        await foreach (var item in Jobs.EventsAsync(0, "b", null, default))
        {
            Assert.Equal(2, item.Id);
            break;
        }
    }

    [Fact]
    public async Task Outputs_status_and_drains_are_the_same()
    {
        var id = (await Jobs.SubmitAsync("a", Spec, Plain, default)).Execution!.Id;
        Served.Jobs.Outputs["d/x y#?.bin"] = [1, 0, 255];
        await using var stream = await Jobs.OpenOutputAsync(id, "d/x y#?.bin", default);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        Assert.Equal([1, 0, 255], bytes.ToArray());
        await RefusedAsync(RefusalKind.NotFound, "no output", () => Jobs.OpenOutputAsync(id, "none", default));
        await Jobs.SetDrainedAsync("tcp://10.0.0.5:2375", true, default);
        Equal(await Served.Jobs.StatusAsync(default), await Jobs.StatusAsync(default));
        await RefusedAsync(RefusalKind.NotFound, "no resource", () => Jobs.SetDrainedAsync("x", true, default));
    }

    [Theory]
    [InlineData(RefusalKind.Bad)]
    [InlineData(RefusalKind.NotFound)]
    [InlineData(RefusalKind.Conflict)]
    [InlineData(RefusalKind.Unable)]
    public async Task Refusals_are_of_the_same_kind(RefusalKind kind)
    {
        Served.Jobs.Failure = new RefusalException(kind, "the reason\nand the mend: 'é'");
        await RefusedAsync(kind, "the reason\nand the mend: 'é'", () => Jobs.ShowAsync("abcd", default));
    }

    private protected static async Task RefusedAsync(RefusalKind kind, string named, Func<Task> work)
    {
        var refusal = await Assert.ThrowsAsync<RefusalException>(work);
        Assert.Equal(kind, refusal.Kind);
        Assert.Contains(named, refusal.Message);
    }

    private static void Equal<T>(T expected, T given) => Assert.Equal(Text(expected), Text(given));
    private static string Text<T>(T value) => JsonSerializer.Serialize(value);
}

public sealed class FeatureTests : BothWaysSuite
{
    protected override IJobs Jobs => Served.Jobs;
}

public sealed class ClientTests : BothWaysSuite
{
    private JobsClient _client = null!;

    protected override IJobs Jobs => _client;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _client = new JobsClient(Served.Url, null, TimeProvider.System);
    }

    public override ValueTask DisposeAsync()
    {
        _client.Dispose();
        return base.DisposeAsync();
    }

    [Fact]
    public async Task A_token_is_sent()
    {
        var tokens = new FakeTokens();
        await using var guarded = await Served.StartAsync(tokens);
        var token = tokens.Add(TokenRole.Reader);
        using var client = new JobsClient(guarded.Url, token, TimeProvider.System);
        Assert.Empty((await client.ListAsync(new JobFilter(), default)).Items);
        using var stranger = new JobsClient(guarded.Url, "wrong", TimeProvider.System);
        await RefusedAsync(RefusalKind.Bad, "no such token", () => stranger.ListAsync(new JobFilter(), default));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_said_to_be_so()
    {
        var url = Served.Url;
        await Served.StopAsync();
        using var client = new JobsClient(url, null, TimeProvider.System);
        await RefusedAsync(RefusalKind.Unable, "glovebox serve", () => client.StatusAsync(default));
    }

    [Fact]
    public async Task Names_that_a_path_cannot_hold_are_refused() =>
        await RefusedAsync(RefusalKind.Bad, "not a name", () => Jobs.ShowTaskAsync("..", default));

    [Fact]
    public async Task Events_go_on_when_the_connection_broke()
    {
        Served.Jobs.Raise("task.changed", "a", null, null, null);
        await using var events = Jobs.EventsAsync(0, null, null, default).GetAsyncEnumerator();
        Assert.True(await events.MoveNextAsync());
        var next = events.MoveNextAsync();
        await Served.StopAsync();
        Served.Jobs.Raise("task.changed", "b", null, null, null);
        await using var second = await Served.StartAsync(url: Served.Url.AbsoluteUri, jobs: Served.Jobs);
        Assert.True(await next);
        Assert.Equal((2L, "b"), (events.Current.Id, events.Current.Task));
    }
}
