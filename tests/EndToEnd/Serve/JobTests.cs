using System.Text.Json.Nodes;
using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Serve;

/// <summary>A job from its submit to its record, through the real server and the real engine.</summary>
public sealed class JobTests : Place
{
    [Fact]
    public async Task A_job_runs_in_a_box_and_its_log_is_kept_as_bytes()
    {
        await using var served = await Served.StartAsync(Glovebox, Project);
        var id = await served.SubmitAsync("first", "printf 'out\\377'; echo err >&2; exit 3");

        var job = await served.WaitAsync(id);
        var execution = (await served.GetAsync($"/v1/jobs/{id}/executions"))["items"]![0]!;
        var log = await served.Http.GetByteArrayAsync($"/v1/executions/{execution["id"]}/log?stream=stdout", TestContext.Current.CancellationToken);

        Assert.Equal("failed", (string?)job["status"]);
        Assert.Equal("exit_code", (string?)execution["failureClass"]);
        Assert.Equal(3, (int?)execution["exitCode"]);
        Assert.Equal([.. Bytes("out"), 0xff], log);
    }

    [Fact]
    public async Task Every_way_to_fail_has_its_own_class()
    {
        await using var served = await Served.StartAsync(Glovebox, Project, "--executions", "4");
        var missing = await served.SubmitAsync("classes", "true", new() { ["command"] = new JsonArray("/no/such/program") });
        var slow = await served.SubmitAsync("classes", "sleep 600", new() { ["limits"] = new JsonObject { ["timeoutSeconds"] = 0.5 }, ["graceSeconds"] = 1 });
        var greedy = await served.SubmitAsync(
            "classes", "python3 -c 'x=bytearray(400<<20)'", new() { ["limits"] = new JsonObject { ["memoryBytes"] = 64 << 20 } });
        var unwanted = await served.SubmitAsync("classes", "sleep 600", new() { ["graceSeconds"] = 1 });
        await served.PostAsync($"/v1/jobs/{unwanted}/cancel");

        Assert.Equal(("failed", "start", 127), await EndOfAsync(served, missing));
        Assert.Equal(("timed_out", "timeout"), Short(await EndOfAsync(served, slow)));
        Assert.Equal(("failed", "out_of_memory"), Short(await EndOfAsync(served, greedy)));
        Assert.Equal(("cancelled", "cancelled"), Short(await EndOfAsync(served, unwanted)));
    }

    [Fact]
    public async Task A_failing_job_is_retried_as_often_as_it_asked_for()
    {
        await using var served = await Served.StartAsync(Glovebox, Project);
        var id = await served.SubmitAsync(
            "again", "test $GLOVEBOX_ATTEMPT = 3", new() { ["retry"] = new JsonObject { ["limit"] = 5, ["delaySeconds"] = 0.05 } });

        var job = await served.WaitAsync(id);
        var executions = (await served.GetAsync($"/v1/jobs/{id}/executions"))["items"]!.AsArray();

        Assert.Equal("succeeded", (string?)job["status"]);
        Assert.Equal([3, 2, 1], executions.Select(e => (int)e!["attempt"]!));
    }

    [Fact]
    public async Task Terminated_it_leaves_its_boxes_to_the_next()
    {
        string id;
        await using (var first = await Served.StartAsync(Glovebox, Project))
        {
            id = await first.SubmitAsync("long", "echo before; sleep 2; echo after");
            await StartedAsync(first, id);
            Assert.Equal(0, await first.TerminateAsync());
        }

        await using var second = await Served.StartAsync(Glovebox, Project);
        var job = await second.WaitAsync(id);
        var execution = Assert.Single((await second.GetAsync($"/v1/jobs/{id}/executions"))["items"]!.AsArray())!;

        Assert.Equal("succeeded", (string?)job["status"]);
        Assert.Equal("before\nafter\n", await second.Http.GetStringAsync($"/v1/executions/{execution["id"]}/log?stream=stdout", TestContext.Current.CancellationToken));
    }

    internal static async Task StartedAsync(Served served, string job)
    {
        using var reply = await served.Http.GetAsync($"/v1/events?job={job}&after=0", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var lines = new StreamReader(await reply.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        while (await lines.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            if (line.Contains("execution.started", StringComparison.Ordinal)) return;
    }

    private static async Task<(string? Status, string? Class, int? Code)> EndOfAsync(Served served, string job)
    {
        await served.WaitAsync(job);
        var execution = (await served.GetAsync($"/v1/jobs/{job}/executions"))["items"]![0]!;
        return ((string?)execution["status"], (string?)execution["failureClass"], (int?)execution["exitCode"]);
    }

    private static (string? Status, string? Class) Short((string? Status, string? Class, int? Code) end) => (end.Status, end.Class);
}
