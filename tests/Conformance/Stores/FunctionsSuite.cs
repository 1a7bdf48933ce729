using Glovebox.Api;
using Glovebox.Api.Functions;
using Glovebox.Functions.Stores;

namespace Glovebox.Tests.Conformance.Stores;

/// <summary>What every store of functions and calls does.</summary>
public abstract class FunctionsSuite(StoreSite site) : JobSuite(site)
{
    private static readonly RuntimeSpec Python = new() { Environment = "host" };

    private IFunctionStore Functions => Stores.Functions;
    private ICallStore Calls => Stores.Calls;
    private ITickStore Ticks => Stores.Ticks;

    [Fact]
    public async Task A_runtime_has_a_new_version_when_its_spec_differs()
    {
        var first = await Functions.PutRuntimeAsync("py", Python, Now, None);
        Assert.Equal(first, await Functions.PutRuntimeAsync("py", Python, Now.AddDays(1), None));
        var second = await Functions.PutRuntimeAsync("py", Python with { Run = "x" }, Now, None);
        Assert.Equal((1, 2), (first.Version, second.Version));
        Assert.Equal(first, await Functions.FindRuntimeAsync("py", 1, None));
        Assert.Equal([second], await Functions.ListRuntimesAsync(None));

        await DeployAsync("f");
        Assert.Equal(["f"], await Functions.RemoveRuntimeAsync("py", None));
        await Functions.RemoveAsync("f", None);
        Assert.Empty(await Functions.RemoveRuntimeAsync("py", None));
        Assert.Null(await Functions.FindRuntimeAsync("py", null, None));
    }

    [Fact]
    public async Task Versions_are_numbered_once_and_switched_between()
    {
        await DeployAsync("f");
        Assert.Equal(2, (await DeployAsync("f")).Version);
        Assert.Equal(1, (await Functions.SwitchAsync("f", 1, null, Now, None))!.Version);
        Assert.Null(await Functions.SwitchAsync("f", 9, null, Now, None));
        Assert.Equal([2, 1], (await Functions.ListVersionsAsync("f", None)).Select(version => version.Version));

        Assert.True(await Functions.RemoveAsync("f", None));
        Assert.False(await Functions.RemoveAsync("f", None));
        Assert.Equal(3, (await DeployAsync("f")).Version);
    }

    [Fact]
    public async Task An_alias_names_versions_that_are_there()
    {
        await DeployAsync("f");
        await DeployAsync("f");
        await Functions.SetAliasAsync("f", new FunctionAlias("prod", [new(1)]), None);
        var changed = await Functions.SetAliasAsync("f", new FunctionAlias("prod", [new(1, 90), new(2, 10)]), None);
        Assert.Equal([new(1, 90), new(2, 10)], Assert.Single(changed!.Aliases).Targets);
        await Assert.ThrowsAsync<RefusalException>(() => Functions.SetAliasAsync("f", new FunctionAlias("prod", [new(7)]), None));
        Assert.Empty((await Functions.RemoveAliasAsync("f", "prod", None))!.Aliases);
        Assert.Null(await Functions.SetAliasAsync("none", new FunctionAlias("prod", [new(1)]), None));
    }

    [Fact]
    public async Task A_version_that_nothing_leads_to_can_go()
    {
        for (var i = 0; i < 3; i++) await DeployAsync("f");
        await Functions.SetAliasAsync("f", new FunctionAlias("prod", [new(1)]), None);
        await Assert.ThrowsAsync<RefusalException>(() => Functions.RemoveVersionAsync("f", 1, None));
        await Assert.ThrowsAsync<RefusalException>(() => Functions.RemoveVersionAsync("f", 3, None));
        Assert.True(await Functions.RemoveVersionAsync("f", 2, None));
        Assert.False(await Functions.RemoveVersionAsync("f", 2, None));
        Assert.False(await Functions.RemoveVersionAsync("none", 1, None));
        Assert.Equal([3, 1], (await Functions.ListVersionsAsync("f", None)).Select(version => version.Version));
    }

    [Fact]
    public async Task Whoever_listens_hears_of_calls_and_of_functions()
    {
        var (accepted, changed) = (new SemaphoreSlim(0), new SemaphoreSlim(0));
        using var calls = Calls.Listen(() => accepted.Release());
        using var functions = Functions.Listen(() => changed.Release());
        await DeployAsync("f");
        await changed.WaitAsync(TestContext.Current.CancellationToken);
        await Calls.SubmitAsync(Waiting("f", "n1"), numbered: false, None);
        await accepted.WaitAsync(TestContext.Current.CancellationToken);
        await Functions.RemoveAsync("f", None);
        await changed.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task An_accepted_call_is_taken_by_its_node_and_ends_once()
    {
        var one = await Calls.SubmitAsync(Waiting("f", "n1"), numbered: true, None);
        var two = await Calls.SubmitAsync(Waiting("g", "n1"), numbered: true, None);
        Assert.Equal((1, 2), (one.Number, two.Number));
        Assert.Empty(await Calls.TakeAsync("n2", 10, [], None));
        var taken = Assert.Single(await Calls.TakeAsync("n1", 10, ["g"], None));
        Assert.Equal((one.Id, CallStatus.Running, 1), (taken.Call.Id, taken.Call.Status, taken.Call.Attempts));
        Assert.Equal("{}", System.Text.Encoding.UTF8.GetString(taken.Input.Body.Span));
        Assert.Equal(1, await Calls.ReleaseAllAsync("n1", None));
        Assert.Equal(2, (await Calls.TakeAsync("n1", 10, [], None)).Count);

        var ended = one with { Status = CallStatus.Done, FinishedAt = Now, Result = "1\0" };
        Assert.True(await Calls.FinishAsync(ended, new CallbackDelivery(NewId(), "http://x/", "{}"), None));
        Assert.False(await Calls.FinishAsync(ended with { Status = CallStatus.Failed }, null, None));
        var kept = await Calls.FindByNumberAsync(1, None);
        Assert.Equal((CallStatus.Done, "1\0", 2), (kept!.Status, kept.Result, kept.Attempts));
        Assert.Single(await Outbox.TakeDeliveriesAsync(10, TimeSpan.FromMinutes(1), Now, None));
        Assert.Equal([1L, 2L], (await Calls.ListNumberedAsync(None)).Select(call => call.Call.Number));
    }

    [Fact]
    public async Task A_call_is_accepted_once_under_one_id()
    {
        var call = Waiting("f", "n1");
        await Calls.SubmitAsync(call, numbered: false, None);
        await Calls.SubmitAsync(call, numbered: false, None);
        Assert.Single((await Calls.ListAsync(new CallFilter("f"), None)).Items);
    }

    [Fact]
    public async Task Calls_are_listed_newest_first_by_pages_and_trimmed()
    {
        await Calls.AddAsync([.. Enumerable.Range(0, 7).Select(n => Ended("f", n))], None);
        await Calls.AddAsync([Ended("other", 0)], None);
        var first = await Calls.ListAsync(new CallFilter("f", Limit: 3), None);
        var second = await Calls.ListAsync(new CallFilter("f", Cursor: first.Next, Limit: 10), None);
        Assert.Equal(["6", "5", "4"], first.Items.Select(call => call.Result));
        Assert.Equal(["3", "2", "1", "0"], second.Items.Select(call => call.Result));
        Assert.Null(second.Next);

        Assert.Equal(5, await Calls.TrimAsync("f", 2, Now.AddDays(-1), None));
        Assert.Equal(["6", "5"], (await Calls.ListAsync(new CallFilter("f"), None)).Items.Select(call => call.Result));
        Assert.Equal(0, await Calls.TrimAsync("f", 10, Now.AddDays(-1), None));
        Assert.Single((await Calls.ListAsync(new CallFilter("other", CallStatus.Done), None)).Items);
    }

    [Fact]
    public async Task A_tick_is_handled_once()
    {
        await DeployAsync("f", Now.AddMinutes(1));
        Assert.Equal(Now.AddMinutes(1), await Ticks.NextAsync(None));
        Assert.Empty(await Ticks.ListDueAsync(Now, None));
        Assert.Equal(("f", Now.AddMinutes(1)), Assert.Single(await Ticks.ListDueAsync(Now.AddMinutes(1), None)));
        Assert.True(await Ticks.FireAsync("f", Now.AddMinutes(1), Now.AddMinutes(2), Waiting("f", "n1"), None));
        Assert.False(await Ticks.FireAsync("f", Now.AddMinutes(1), Now.AddMinutes(2), Waiting("f", "n1"), None));
        Assert.Single((await Calls.ListAsync(new CallFilter("f"), None)).Items);
        Assert.Equal(Now.AddMinutes(2), (await Functions.FindAsync("f", None))!.NextAt);
    }

    private async Task<Function> DeployAsync(string name, DateTimeOffset? nextAt = null) => await Functions.AddVersionAsync(
        new FunctionVersion
        {
            Function = name, Version = await Functions.ReserveVersionAsync(name, None), RuntimeVersion = 1, Spec = new FunctionSpec { Runtime = "py" },
            Contract = ContractKind.Python, Detected = "python", Code = "c", Files = 1, Bytes = 1, Environment = "sha256:e", CreatedAt = Now,
        },
        nextAt, None);

    private WaitingCall Waiting(string function, string node) => new(
        new Call { Id = NewId(), Function = function, Version = 1, Status = CallStatus.Pending, Trigger = "async", CreatedAt = Now }, node, new CallInput("{}"u8.ToArray()));

    private Call Ended(string function, int n) => new()
    {
        Id = NewId(), Function = function, Version = 1, Status = CallStatus.Done, Trigger = "http", CreatedAt = Now, FinishedAt = Now, Result = $"{n}", Attempts = 1,
    };
}
