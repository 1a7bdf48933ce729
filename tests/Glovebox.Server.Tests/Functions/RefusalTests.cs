using Glovebox.Api.Functions;
using Glovebox.Functions.Pool;

namespace Glovebox.Server.Tests.Functions;

/// <summary>What is wrong with a request about functions is said as problem details.</summary>
public sealed class RefusalTests
{
    [Fact]
    public async Task Unknown_names_are_told_with_near_ones()
    {
        await using var site = await FunctionSite.StartAsync();
        await site.DeployAsync("dice");
        foreach (var path in new[] { "/v1/functions/dicee/call", "/v1/functions/dicee:prod/call", "/v1/functions/dicee@1/call", "/v1/functions/dicee/call?async" })
            Assert.Contains("did you mean dice", (await site.Served.PostAsync(path, "{}")).Refused(404), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("no version '7'. It has: 1", (await site.Served.PostAsync("/v1/functions/dice@7/call", "{}")).Refused(404));
        Assert.Contains("no alias 'prod'", (await site.Served.PostAsync("/v1/functions/dice:prod/call", "{}")).Refused(404));
        foreach (var path in new[] { "/v1/functions/none", "/v1/functions/none/stats", "/v1/functions/none/versions", "/v1/runtimes/none", "/v1/calls/none", "/v1/calls?function=none" })
            Assert.Contains("none", (await site.Served.GetAsync(path)).Refused(404));
        Assert.Empty(site.Pool.Calls);
    }

    [Theory]
    [InlineData("PUT", "/v1/runtimes/x", "{", "not JSON")]
    [InlineData("PUT", "/v1/runtimes/x", "[]", "object")]
    [InlineData("PUT", "/v1/runtimes/x", """{"environment":"host","runn":"x"}""", "did you mean 'run'")]
    [InlineData("PUT", "/v1/runtimes/x", """{"environment":"host","path":"/ws/../etc"}""", "path")]
    [InlineData("PUT", "/v1/runtimes/x%20y", """{"environment":"host"}""", "no name")]
    [InlineData("PUT", "/v1/functions/dice/aliases/prod", """{"name":"prod","targets":[]}""", "1 to 20")]
    [InlineData("PUT", "/v1/functions/dice/aliases/prod", """{"name":"prod","targets":[{"version":1,"weight":0}]}""", "weight")]
    [InlineData("POST", "/v1/functions/dice/rollback?version=x", null, "version")]
    [InlineData("POST", "/v1/functions/dice?runtime=py&handlr=x", "x", "handler")]
    [InlineData("POST", "/v1/functions/dice?file=handler.py", "x", "no runtime")]
    [InlineData("POST", "/v1/functions/dice?runtime=py&file=x.py", "x = 1", "nothing to call")]
    public async Task A_wrong_request_is_refused_with_the_place(string method, string path, string? body, string named)
    {
        await using var site = await FunctionSite.StartAsync();
        await site.DeployAsync("dice");
        var answer = await site.Served.SendAsync(new HttpMethod(method), path, body);
        Assert.Contains(named, answer.Refused(400), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(1, (await site.Functions.ShowAsync("dice", CancellationToken.None)).Version);
    }

    [Fact]
    public async Task Another_method_says_which_there_are()
    {
        await using var site = await FunctionSite.StartAsync();
        Assert.Contains("GET", (await site.Served.PostAsync("/v1/calls", "{}")).Refused(405));
        Assert.Contains("POST", (await site.Served.GetAsync("/v1/functions/dice/rollback")).Refused(405));
    }

    [Fact]
    public async Task A_large_body_is_refused_before_anybody_reads_it()
    {
        await using var site = await FunctionSite.StartAsync();
        await site.DeployAsync("dice");
        Assert.Contains("32 MB", (await site.Served.PostAsync("/v1/functions/dice/call", new string('1', (32 << 20) + 1))).Refused(413));
        Assert.Contains("2 MB", (await site.Served.PostAsync("/v1/functions/dice/call?async", new string('1', (2 << 20) + 1))).Refused(413));
        Assert.Empty(site.Pool.Calls);
    }

    [Fact]
    public async Task A_full_queue_says_when_to_come_again()
    {
        await using var site = await FunctionSite.StartAsync();
        await site.DeployAsync("dice");
        site.Pool.Answer = (plan, _, _) => throw new BusyException(plan.Function, 7, TimeSpan.FromSeconds(2.4));
        var answer = await site.Served.PostAsync("/v1/functions/dice/call", "{}");
        Assert.Contains("7 calls of 'dice' wait", answer.Refused(429));
        Assert.Equal("3", answer.Header("Retry-After"));
        Assert.Equal(1, (await site.Functions.StatsAsync("dice", CancellationToken.None)).Refused);
    }

    [Theory]
    [InlineData(CallStatus.Failed, 502, "failed")]
    [InlineData(CallStatus.TimedOut, 504, "timed_out")]
    [InlineData(CallStatus.Cancelled, 503, "cancelled")]
    public async Task A_call_that_was_not_done_says_how_it_ended(CallStatus status, int http, string word)
    {
        await using var site = await FunctionSite.StartAsync();
        await site.DeployAsync("dice");
        site.Pool.Answer = (_, _, _) => Task.FromResult(new CallReply { Status = status, HttpStatus = http, Error = "the reason", Traceback = "line 1" });
        var answer = await site.Served.PostAsync("/v1/functions/dice/call", "{}");
        Assert.Equal("the reason", answer.Refused(http));
        Assert.Equal(word, answer.Header("Glovebox-Status"));
        var record = (await site.Served.GetAsync($"/v1/calls/{answer.Header("Glovebox-Call")}")).Ok();
        Assert.Equal((word, "the reason", "line 1"), ((string?)record["status"], (string?)record["error"], (string?)record["traceback"]));
    }
}
