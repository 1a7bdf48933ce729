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

        Assert.Equal(("failed", "start", 127, "failed"), await EndOfAsync(served, missing));
        Assert.Equal(("timed_out", "timeout", null, "timedout"), await EndOfAsync(served, slow) with { Code = null });
        Assert.Equal(("failed", "out_of_memory", null, "failed"), await EndOfAsync(served, greedy) with { Code = null });
        Assert.Equal(("cancelled", "cancelled", null, "stopped"), await EndOfAsync(served, unwanted) with { Code = null });
    }

    /// <summary>The node dies, and while it is gone the box and its monitor too: nobody saw how it ended.</summary>
    [Fact]
    public async Task What_nobody_saw_end_is_lost_and_retried_when_asked_for()
    {
        string id;
        await using (var first = await Served.StartAsync(Glovebox, Project))
        {
            id = await first.SubmitAsync(
                "gone", "test $GLOVEBOX_ATTEMPT = 2 && exit; echo ready; sleep 600",
                new() { ["retry"] = new JsonObject { ["classes"] = new JsonObject { ["lost"] = 1 }, ["delaySeconds"] = 0.05 } });
            await StartedAsync(first, id);
            Assert.Equal("ready", await FirstLineAsync(first, id));
            await first.KillAsync();
        }
        await EndProcessesOfAsync(Glovebox.Home);

        await using var second = await Served.StartAsync(Glovebox, Project);
        var job = await second.WaitAsync(id);
        var executions = (await second.GetAsync($"/v1/jobs/{id}/executions"))["items"]!.AsArray();

        Assert.Equal("succeeded", (string?)job["status"]);
        Assert.Equal([("succeeded", null), ("lost", "lost")], executions.Select(e => ((string?)e!["status"], (string?)e["failureClass"])));
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

    /// <summary>Of the output of a job's latest execution, as soon as it is there: then its box runs for certain.</summary>
    private static async Task<string?> FirstLineAsync(Served served, string job)
    {
        var execution = (await served.GetAsync($"/v1/jobs/{job}/executions"))["items"]![0]!["id"];
        using var reply = await served.Http.GetAsync(
            $"/v1/executions/{execution}/log?follow=true", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var lines = new StreamReader(await reply.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        return await lines.ReadLineAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>As both APIs have it.</summary>
    private static async Task<(string? Status, string? Class, int? Code, string? Fastlane)> EndOfAsync(Served served, string job)
    {
        var task = (string?)(await served.WaitAsync(job))["task"];
        var execution = (await served.GetAsync($"/v1/jobs/{job}/executions"))["items"]![0]!;
        var fastlane = (await served.GetAsync($"/tasks/{task}/jobs/{job}/"))["job"]!["executions"]![0]!;
        return ((string?)execution["status"], (string?)execution["failureClass"], (int?)execution["exitCode"], (string?)fastlane["status"]);
    }

    /// <summary>Kills the monitors, and with them the boxes, that name a home of the test's own.</summary>
    private static async Task EndProcessesOfAsync(string home)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _)))
        {
            string command;
            try
            {
                command = await File.ReadAllTextAsync(Path.Combine(folder, "cmdline"), TestContext.Current.CancellationToken);
            }
            catch (IOException)
            {
                continue; // It ended while we looked.
            }
            if (!command.Contains(home, StringComparison.Ordinal) || !command.Contains("conmon", StringComparison.Ordinal)) continue;
            var monitor = Path.GetFileName(folder);
            var children = await File.ReadAllTextAsync($"{folder}/task/{monitor}/children", TestContext.Current.CancellationToken);
            using var kill = System.Diagnostics.Process.Start("kill", ["-9", monitor, .. children.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }
}
