namespace Glovebox.Server.Tests.Functions;

/// <summary>Two homes on one store: the code of a function is in one of them, and both answer for it.</summary>
public sealed class NodeTests
{
    [Fact]
    public async Task A_call_is_passed_on_to_the_node_that_has_the_code()
    {
        await using var one = await FunctionSite.StartAsync();
        await using var two = await FunctionSite.StartAsync(one.Store, one.Served.Url, one.Machine);
        await one.DeployAsync("f");
        one.Pool.Answer = (plan, request, _) => Task.FromResult(FakePool.Done("\"one\"") with { HttpStatus = 203, Headers = [new("X-A", request.Path)] });

        var answer = await two.Served.PostAsync("/v1/functions/f/call/a%20b/c?q=1", "{}");
        Assert.Equal((203, "\"one\"", "/a b/c?q=1"), (answer.Status, answer.Text, answer.Header("X-A")));
        Assert.Single(one.Pool.Calls);

        var accepted = (string)(await two.Served.PostAsync("/v1/functions/f/call?async", "{}")).Ok(202)["id"]!;
        Assert.Equal("\"one\"", (await one.EndAsync(accepted)).Result);
        Assert.Empty(two.Pool.Calls);
    }

    [Fact]
    public async Task What_is_deployed_through_another_node_is_served_from_there_at_once()
    {
        await using var one = await FunctionSite.StartAsync();
        await using var two = await FunctionSite.StartAsync(one.Store, one.Served.Url, one.Machine);
        await two.DeployAsync("f");
        two.Pool.Answer = (_, _, _) => Task.FromResult(FakePool.Done("2"));
        one.Pool.Answer = (_, _, _) => Task.FromResult(FakePool.Done("1"));
        Assert.Equal("2", (await two.Served.PostAsync("/v1/functions/f/call", "{}")).Text);
        await one.DeployAsync("f", code: "def handle(params):\n    return 1\n");
        while ((await two.Served.PostAsync("/v1/functions/f/call", "{}")).Text != "1")
        {
            // It hears of it in a moment.
        }

        await one.Functions.RemoveAsync("f", CancellationToken.None);
        while ((await two.Served.PostAsync("/v1/functions/f/call", "{}")).Status != 404)
        {
            // The same.
        }
    }

    [Fact]
    public async Task Where_nobody_has_the_code_the_answer_says_so()
    {
        await using var one = await FunctionSite.StartAsync();
        await using var two = await FunctionSite.StartAsync(one.Store);
        await one.DeployAsync("f");
        Assert.Contains("deployed through another server", (await two.Served.PostAsync("/v1/functions/f/call", "{}")).Refused(503));

        await using var three = await FunctionSite.StartAsync(one.Store, new Uri("http://127.0.0.1:1"), one.Machine);
        Assert.Contains("does not answer", (await three.Served.PostAsync("/v1/functions/f/call", "{}")).Refused(503));
    }
}
