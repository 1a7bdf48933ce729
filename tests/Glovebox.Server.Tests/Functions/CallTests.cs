using System.Net;
using Glovebox.Api.Functions;
using Glovebox.Functions.Pool;

namespace Glovebox.Server.Tests.Functions;

/// <summary>Calls over HTTP, from the request to the record.</summary>
public sealed class CallTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Status_headers_and_bytes_are_the_codes_own()
    {
        await using var site = await FunctionSite.StartAsync();
        await site.DeployAsync("f");
        byte[] bytes = [0, 255, 10];
        site.Pool.Answer = (_, request, _) => Task.FromResult(FakePool.Done("") with
        {
            HttpStatus = 418, Body = bytes, ContentType = "image/x", Headers = [new("X-A", "b"), new("Connection", "close"), new("Transfer-Encoding", "chunked")],
        });
        var answer = await site.Served.SendAsync(HttpMethod.Post, "/v1/functions/f/call?q=1", "{\"a\":1}", "application/json", "X-In: y", "Authorization: Bearer secret");

        Assert.Equal((418, "image/x", "b", "false"), (answer.Status, answer.Media, answer.Header("X-A"), answer.Header("Glovebox-Cold")));
        Assert.Equal(bytes, answer.Bytes);
        var asked = Assert.Single(site.Pool.Calls);
        Assert.Equal(("POST", "/?q=1", "application/json", "y"), (asked.Method, asked.Path, asked.ContentType, asked.Headers!["X-In"]));
        Assert.DoesNotContain("Authorization", asked.Headers.Keys);
    }

    [Fact]
    public async Task A_streamed_result_is_recorded_when_it_has_ended_with_its_length()
    {
        await using var site = await FunctionSite.StartAsync();
        await site.DeployAsync("f");
        site.Pool.Answer = (_, _, _) => Task.FromResult(FakePool.Done("") with { Stream = PiecesAsync(), ContentType = "text/plain" });
        using var reply = await site.Served.Http.PostAsync("/v1/functions/f/call", new StringContent("{}"), Cancellation);
        Assert.Equal("one,two", await reply.Content.ReadAsStringAsync(Cancellation));
        var call = (await site.Served.GetAsync($"/v1/calls/{reply.Headers.GetValues("Glovebox-Call").Single()}")).Ok();
        Assert.Equal(("done", 7, "one,two"), ((string?)call["status"], (int)call["resultBytes"]!, (string?)call["result"]));
        Assert.Equal(1, (await site.Functions.StatsAsync("f", Cancellation)).Done);

        static async IAsyncEnumerable<ReadOnlyMemory<byte>> PiecesAsync()
        {
            yield return "one,"u8.ToArray();
            await Task.Yield();
            yield return "two"u8.ToArray();
        }
    }

    [Fact]
    public async Task A_stream_that_breaks_before_its_first_piece_has_its_status()
    {
        await using var site = await FunctionSite.StartAsync();
        await site.DeployAsync("f");
        site.Pool.Answer = (_, _, _) => Task.FromResult(FakePool.Done("") with { Stream = BrokenAsync(), ContentType = "text/plain", Headers = [new("X-A", "b")] });
        var answer = await site.Served.PostAsync("/v1/functions/f/call", "{}");
        Assert.Equal("too late", answer.Refused(504));
        Assert.Equal(("timed_out", null), (answer.Header("Glovebox-Status"), answer.Header("X-A")));

        static async IAsyncEnumerable<ReadOnlyMemory<byte>> BrokenAsync()
        {
            await Task.Yield();
            if (Environment.ProcessId > 0) throw new BrokenReplyException(CallStatus.TimedOut, 504, "too late", null);
            yield return default;
        }
    }

    [Fact]
    public async Task A_stream_that_breaks_in_the_middle_is_cut_off_and_its_record_says_so()
    {
        await using var site = await FunctionSite.StartAsync();
        await site.DeployAsync("f");
        site.Pool.Answer = (_, _, _) => Task.FromResult(FakePool.Done("") with { Stream = BrokenAsync() });
        using var reply = await site.Served.Http.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, "/v1/functions/f/call"), HttpCompletionOption.ResponseHeadersRead, Cancellation);
        await Assert.ThrowsAnyAsync<Exception>(() => reply.Content.ReadAsByteArrayAsync(Cancellation));

        static async IAsyncEnumerable<ReadOnlyMemory<byte>> BrokenAsync()
        {
            yield return new byte[] { 1 };
            await Task.Yield();
            throw new BrokenReplyException(CallStatus.Failed, 502, "it broke", null);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_goes_away_cancels_its_call_where_the_function_allows_it(bool allowed)
    {
        await using var site = await FunctionSite.StartAsync();
        await site.DeployAsync("f", new FunctionSpec { Runtime = "py", CancelOnDisconnect = allowed });
        var (began, release, seen) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource<bool>());
        site.Pool.Answer = async (_, _, cancellation) =>
        {
            began.SetResult();
            await Task.WhenAny(release.Task, CancelledAsync(cancellation));
            seen.SetResult(cancellation.IsCancellationRequested);
            return FakePool.Done("1") with { Status = cancellation.IsCancellationRequested ? CallStatus.Cancelled : CallStatus.Done };
        };
        using var going = new CancellationTokenSource();
        var calling = site.Served.Http.PostAsync("/v1/functions/f/call", new StringContent("{}"), going.Token);
        await began.Task;
        await going.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => calling);
        if (!allowed) release.SetResult();
        Assert.Equal(allowed, await seen.Task.WaitAsync(Cancellation));
    }

    [Fact]
    public async Task An_accepted_call_ends_in_its_record()
    {
        await using var site = await FunctionSite.StartAsync();
        await site.DeployAsync("f");
        foreach (var (path, header) in new[] { ("/v1/functions/f/call?async", "X: y"), ("/v1/functions/f/call?async=true", "X: y"), ("/v1/functions/f/call", "Prefer: respond-async") })
        {
            var answer = await site.Served.SendAsync(HttpMethod.Post, path, "{\"a\":1}", "application/json", header);
            Assert.Equal("async", (string?)answer.Ok((int)HttpStatusCode.Accepted)["trigger"]);
            Assert.Equal($"/v1/calls/{answer.Header("Glovebox-Call")}", answer.Header("Location"));
            var call = await site.EndAsync(answer.Header("Glovebox-Call")!);
            Assert.Equal((CallStatus.Done, "{\"a\":1}", 1), (call.Status, call.Result, call.Attempts));
        }

        Assert.Contains("http", (await site.Served.SendAsync(HttpMethod.Post, "/v1/functions/f/call?async", "{}", "application/json", "Glovebox-Callback: ftp://x/")).Refused(400));
    }

    [Fact]
    public async Task An_accepted_call_is_cancelled_while_it_runs_and_while_it_waits()
    {
        await using var site = await FunctionSite.StartAsync();
        await site.DeployAsync("f");
        var began = new TaskCompletionSource();
        site.Pool.Answer = async (_, _, cancellation) =>
        {
            began.TrySetResult();
            await CancelledAsync(cancellation);
            return new CallReply { Status = CallStatus.Cancelled, HttpStatus = 503, Error = "It was cancelled." };
        };
        var id = (string)(await site.Served.PostAsync("/v1/functions/f/call?async", "{}")).Ok(202)["id"]!;
        await began.Task;
        var ended = (await site.Served.PostAsync($"/v1/calls/{id}/cancel")).Ok();
        Assert.Equal(("cancelled", "It was cancelled."), ((string?)ended["status"], (string?)ended["error"]));
        // Asked again, it is what it is.
        Assert.Equal("cancelled", (string?)(await site.Served.PostAsync($"/v1/calls/{id}/cancel")).Ok()["status"]);
        site.Pool.Answer = (_, _, _) => Task.FromResult(FakePool.Done("1"));
        var done = (string)(await site.Served.PostAsync("/v1/functions/f/call?async", "{}")).Ok(202)["id"]!;
        await site.EndAsync(done);
        Assert.Contains("has ended: it is done", (await site.Served.PostAsync($"/v1/calls/{done}/cancel")).Refused(409));
        Assert.Contains("no call", (await site.Served.PostAsync($"/v1/calls/{Guid.NewGuid()}/cancel")).Refused(404));
    }

    [Fact]
    public async Task A_call_that_is_put_off_because_the_queue_is_full_can_be_cancelled()
    {
        await using var site = await FunctionSite.StartAsync();
        await site.DeployAsync("f");
        var asked = new TaskCompletionSource();
        site.Pool.Answer = (plan, _, _) =>
        {
            asked.TrySetResult();
            throw new BusyException(plan.Function, 1, TimeSpan.FromHours(1));
        };
        var id = (string)(await site.Served.PostAsync("/v1/functions/f/call?async", "{}")).Ok(202)["id"]!;
        await asked.Task;
        Assert.Equal("cancelled", (string?)(await site.Served.PostAsync($"/v1/calls/{id}/cancel")).Ok()["status"]);
    }

    [Fact]
    public async Task Results_that_no_record_holds_are_there_by_themselves()
    {
        await using var site = await FunctionSite.StartAsync();
        await site.DeployAsync("f");
        byte[] bytes = [.. Enumerable.Repeat((byte)255, 100_000)];
        site.Pool.Answer = (_, _, _) => Task.FromResult(FakePool.Done("") with { Body = bytes, ContentType = "image/x" });
        var id = (string)(await site.Served.PostAsync("/v1/functions/f/call?async", "{}")).Ok(202)["id"]!;
        var call = await site.EndAsync(id);
        Assert.Equal((100_000, null), (call.ResultBytes, call.Result));
        var result = await site.Served.GetAsync($"/v1/calls/{id}/result");
        Assert.Equal((200, "image/x"), (result.Status, result.Media));
        Assert.Equal(bytes, result.Bytes);
    }

    [Fact]
    public async Task A_weighted_alias_shares_its_calls_out()
    {
        await using var site = await FunctionSite.StartAsync();
        await site.DeployAsync("f");
        await site.DeployAsync("f", code: "def handle(params):\n    return 2\n");
        (await site.Served.SendAsync(HttpMethod.Put, "/v1/functions/f/aliases/some", """{"name":"some","targets":[{"version":1,"weight":1},{"version":2,"weight":3}]}""")).Ok();
        site.Pool.Answer = (plan, _, _) => Task.FromResult(FakePool.Done($"{plan.Version}"));
        var heard = new List<string>();
        for (var i = 0; i < 400; i++) heard.Add((await site.Served.PostAsync("/v1/functions/f:some/call", "{}")).Text);
        // 100 are expected; 8 standard deviations of that are 70.
        Assert.InRange(heard.Count(version => version == "1"), 30, 170);
        Assert.Equal(400, heard.Count(version => version is "1" or "2"));
    }

    private static async Task CancelledAsync(CancellationToken cancellation)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var _ = cancellation.UnsafeRegister(_ => cancelled.TrySetResult(), null);
        await cancelled.Task;
    }
}
