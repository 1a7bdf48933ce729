using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Glovebox.Tests.Conformance.Stores;
using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Serve;

/// <summary>Nodes on homes of their own, which share the work through PostgreSQL.</summary>
public sealed class PostgresTests : Place
{
    [Fact]
    public async Task Three_nodes_share_the_work_and_run_each_job_once()
    {
        await using var nodes = await StartAsync(3, executions: 2);
        var jobs = new List<string>();
        for (var i = 0; i < 60; i++) jobs.Add(await nodes.SubmitAsync(i % 3, "shared", "echo $GLOVEBOX_JOB_ID >> /marks/ran"));

        await nodes[0].HearAsync("task=shared", "job.finished", jobs.Count);

        Assert.Equal(jobs.Order(StringComparer.Ordinal), nodes.Marked("ran"));
        var by = new HashSet<int>();
        foreach (var job in jobs)
        {
            var execution = Assert.Single(await nodes.ExecutionsAsync(job));
            Assert.Equal("succeeded", (string?)execution["status"]);
            by.Add(nodes.Of(execution));
        }
        Assert.Equal([0, 1, 2], by.Order());
    }

    [Fact]
    public async Task A_dead_machines_work_is_lost_and_retried_elsewhere_while_the_work_of_the_living_is_left_alone()
    {
        await using var nodes = await StartAsync(3, executions: 1);
        var other = await nodes.SubmitAsync(0, "other", "echo ran >> /marks/other; sleep 20");
        await nodes[0].HearAsync($"job={other}", "execution.started");
        var job = await nodes.SubmitAsync(
            0, "lost", "echo $GLOVEBOX_ATTEMPT >> /marks/lost; test $GLOVEBOX_ATTEMPT = 2 && exit; exec 9> /marks/box; flock 9; echo > /marks/held; sleep 90",
            new() { ["retry"] = new JsonObject { ["limit"] = 1, ["classes"] = new JsonObject { ["lost"] = 1 }, ["delaySeconds"] = 0 } });
        await nodes.AppearsAsync("held");
        var (home, spared) = (nodes.Of((await nodes.ExecutionsAsync(job))[0]), nodes.Of((await nodes.ExecutionsAsync(other))[0]));

        await nodes.KillAsync(home);
        var killed = TimeProvider.System.GetUtcNow();
        var living = nodes[nodes.Living.First()];
        var lost = await living.HearAsync($"job={job}", "execution.finished");
        await living.WaitAsync(job);
        await living.WaitAsync(other);

        Assert.Equal("lost", (string?)lost["status"]);
        // Three beats without a sign, of which the last may have been up to one before the kill; then the next beat of who looks.
        Assert.InRange(lost["at"]!.GetValue<DateTimeOffset>() - killed, TimeSpan.FromSeconds(1.8), TimeSpan.FromSeconds(12));
        var executions = await nodes.ExecutionsAsync(job);
        Assert.Equal(["lost", "succeeded"], executions.Select(e => (string?)e["status"]));
        Assert.Equal("lost", (string?)executions[0]["failureClass"]);
        Assert.Contains(nodes.Of(executions[1]), nodes.Living);
        Assert.Equal(["1", "2"], nodes.Marked("lost"));
        var untouched = Assert.Single(await nodes.ExecutionsAsync(other));
        Assert.Equal(("succeeded", spared), ((string?)untouched["status"], nodes.Of(untouched)));
        Assert.Equal(["ran"], nodes.Marked("other"));

        // The machine comes back: its box is nobody's by now, and is ended long before its 90 seconds.
        await nodes.StartAsync(home);
        await nodes.FreeAsync("box");
        Assert.True(TimeProvider.System.GetUtcNow() - killed < TimeSpan.FromSeconds(85));
    }

    [Fact]
    public async Task A_machine_that_comes_back_in_time_adopts_its_own_boxes()
    {
        await using var nodes = await StartAsync(2, executions: 1);
        var jobs = new[]
        {
            await nodes.SubmitAsync(0, "back", "echo $GLOVEBOX_JOB_ID >> /marks/ran; echo before; sleep 8; echo after"),
            await nodes.SubmitAsync(0, "back", "echo $GLOVEBOX_JOB_ID >> /marks/ran; echo before; sleep 8; echo after"),
        };
        await nodes[1].HearAsync("task=back", "execution.started", 2);

        await nodes.KillAsync(0);
        await nodes.StartAsync(0);
        await nodes[1].HearAsync("task=back", "job.finished", 2);

        Assert.Equal(jobs.Order(StringComparer.Ordinal), nodes.Marked("ran"));
        foreach (var job in jobs)
        {
            var execution = Assert.Single(await nodes.ExecutionsAsync(job));
            Assert.Equal("succeeded", (string?)execution["status"]);
            var log = $"/v1/executions/{execution["id"]}/log?stream=stdout";
            Assert.Equal("before\nafter\n", await nodes[nodes.Of(execution)].Http.GetStringAsync(log, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task Every_node_gives_the_log_and_the_outputs_of_every_execution_live()
    {
        await using var nodes = await StartAsync(2, executions: 1);
        var job = await nodes.SubmitAsync(
            0, "far", "echo kept > out.txt; echo before; until test -e /marks/go; do sleep 0.1; done; echo after; echo bad >&2; exit 3",
            new() { ["outputs"] = new JsonArray("out.txt") });
        var started = await nodes[0].HearAsync($"job={job}", "execution.started");
        var id = (string)started["executionId"]!;
        var (here, there) = (nodes.Of((await nodes.ExecutionsAsync(job))[0]), 1 - nodes.Of((await nodes.ExecutionsAsync(job))[0]));

        using (var live = await nodes[there].Http.GetAsync(
            $"/v1/executions/{id}/log?stream=stdout&follow=true", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken))
        using (var lines = new StreamReader(await live.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)))
        {
            Assert.Equal("before", await lines.ReadLineAsync(TestContext.Current.CancellationToken));
            await File.WriteAllTextAsync(Path.Combine(nodes.Marks, "go"), "", TestContext.Current.CancellationToken);
            Assert.Equal("after", await lines.ReadLineAsync(TestContext.Current.CancellationToken));
            Assert.Null(await lines.ReadLineAsync(TestContext.Current.CancellationToken));
        }
        await nodes[there].WaitAsync(job);

        foreach (var path in (string[])[$"/v1/executions/{id}/log", $"/v1/executions/{id}/outputs/out.txt", $"/tasks/far/jobs/{job}/logs/", $"/tasks/far/jobs/{job}/stderr/"])
            Assert.Equal(await TextAsync(nodes[here], path), await TextAsync(nodes[there], path));
        Assert.Equal("bad\n", await TextAsync(nodes[there], $"/tasks/far/jobs/{job}/stderr/"));
        Assert.Equal("before\nafter\n", (string?)(await nodes[there].GetAsync($"/tasks/far/jobs/{job}/executions/{id}/"))["execution"]!["log"]);
        using var plain = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = nodes[there].Http.BaseAddress };
        using var moved = await plain.GetAsync($"/v1/executions/{id}/log?stream=stderr&redirect=true", TestContext.Current.CancellationToken);
        Assert.Equal((307, $"{nodes[here].Http.BaseAddress}v1/executions/{id}/log?stream=stderr"), ((int)moved.StatusCode, moved.Headers.Location?.AbsoluteUri));

        // A machine that is away takes its logs along; the rest of the record is still shown.
        await nodes.KillAsync(here);
        using var lost = await nodes[there].Http.GetAsync($"/v1/executions/{id}/log", TestContext.Current.CancellationToken);
        Assert.False(lost.IsSuccessStatusCode);
        await nodes[there].GetAsync($"/tasks/far/jobs/{job}/executions/{id}/");
    }

    /// <summary>Whoever follows what still waits sees it to its end, whichever node it starts on.</summary>
    [Fact]
    public async Task Every_node_follows_what_has_not_started_yet_as_bytes_as_events_and_by_socket()
    {
        await using var nodes = await StartAsync(2, executions: 1);
        await PauseAsync(nodes[0], "later", paused: true);
        var job = await nodes.SubmitAsync(0, "later", "echo one; echo two; exit 3");
        var id = (string)(await nodes.ExecutionsAsync(job))[0]["id"]!;
        var (bytes, events, sockets) = (new List<HttpResponseMessage>(), new List<HttpResponseMessage>(), new List<ClientWebSocket>());
        foreach (var node in new[] { nodes[0], nodes[1] })
        {
            bytes.Add(await OpenAsync(node, $"/v1/executions/{id}/log?follow=true"));
            events.Add(await OpenAsync(node, $"/v1/executions/{id}/log", "text/event-stream"));
            sockets.Add(await FastlaneTests.ConnectAsync(node, $"/tasks/later/jobs/{job}/executions/{id}/ws/"));
        }

        await PauseAsync(nodes[1], "later", paused: false);

        foreach (var reply in bytes) Assert.Equal("one\ntwo\n", await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        foreach (var socket in sockets)
        {
            var heard = "";
            while (await FastlaneTests.ReceiveAsync(socket) is { } more) heard += more;
            Assert.Equal(("one\ntwo\n\nEXIT CODE: 3\n", "done"), (heard, socket.CloseStatusDescription));
            socket.Dispose();
        }

        foreach (var reply in events)
        {
            var told = await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Equal("one\ntwo\n", string.Concat(Messages(told).Select(message => (string?)message)));
            Assert.EndsWith("event: end\ndata: {\"status\":\"failed\",\"exitCode\":3}\n\n", told, StringComparison.Ordinal);
        }

        // Behind its first line, from the node that has it and from the other one.
        var whole = await nodes[0].Http.GetByteArrayAsync($"/v1/executions/{id}/log", TestContext.Current.CancellationToken);
        var log = Path.Combine(Elsewhere, $"home{nodes.Of((await nodes.ExecutionsAsync(job))[0])}", "executions", id, "log");
        var position = (await File.ReadAllLinesAsync(log, TestContext.Current.CancellationToken))[0].Length + 1;
        foreach (var node in new[] { nodes[0], nodes[1] })
        {
            using var resumed = await OpenAsync(node, $"/v1/executions/{id}/log", "text/event-stream", $"{position}");
            Assert.Equal(["two\n"], Messages(await resumed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Select(message => (string?)message));
            Assert.Equal(whole[4..], await node.Http.GetByteArrayAsync($"/v1/executions/{id}/log?position={position}", TestContext.Current.CancellationToken));
        }
    }

    private static async Task PauseAsync(Served served, string task, bool paused)
    {
        using var reply = await served.Http.PutAsJsonAsync($"/v1/tasks/{task}", new JsonObject { ["paused"] = paused }, TestContext.Current.CancellationToken);
        reply.EnsureSuccessStatusCode();
    }

    /// <summary>An answer that has begun.</summary>
    private static async Task<HttpResponseMessage> OpenAsync(Served served, string path, string? accept = null, string? lastEvent = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null) request.Headers.Add("Accept", accept);
        if (lastEvent is not null) request.Headers.Add("Last-Event-ID", lastEvent);
        var reply = await served.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return reply.EnsureSuccessStatusCode();
    }

    /// <summary>What a stream of events holds, but for its end.</summary>
    private static IEnumerable<JsonNode?> Messages(string events) =>
        from item in events.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
        where !item.Contains("event: end", StringComparison.Ordinal)
        from line in item.Split('\n')
        where line.StartsWith("data: ", StringComparison.Ordinal)
        select JsonNode.Parse(line["data: ".Length..]);

    /// <summary>Whoever may not read on the node that has a log may not read it through another.</summary>
    [Fact]
    public async Task A_log_of_another_node_is_fetched_with_the_callers_own_token()
    {
        await using var nodes = await StartAsync(2, executions: 1);
        var job = await nodes.SubmitAsync(0, "far", "echo far");
        await nodes[0].WaitAsync(job);
        var execution = (await nodes.ExecutionsAsync(job))[0];
        var there = nodes[1 - nodes.Of(execution)];
        var store = new Dictionary<string, string?> { ["GLOVEBOX_STORE"] = "postgres:" + nodes.Connection };
        var made = await Glovebox.RunAsync(Project, ["token", "create", "--role", "reader", "reader"], variables: store);
        var token = made.Exits(0).Output.Trim();

        var path = $"/v1/executions/{execution["id"]}/log";
        there.Http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        Assert.Equal("far\n", await TextAsync(there, path));
        there.Http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Bytes("anybody:" + token)));
        Assert.Equal("far\n", await TextAsync(there, path));
    }

    private static Task<string> TextAsync(Served served, string path) => served.Http.GetStringAsync(path, TestContext.Current.CancellationToken);

    [Fact]
    public async Task Every_tick_of_a_schedule_comes_once_however_many_nodes_there_are()
    {
        const int Ticks = 10;
        await using var nodes = await StartAsync(3, executions: 2);
        var job = await nodes.SubmitAsync(0, "ticks", "echo $GLOVEBOX_EXECUTION_ID >> /marks/ticks", new() { ["cron"] = "* * * * * *", ["catchUp"] = "all" });

        await nodes[1].HearAsync($"job={job}", "execution.finished", Ticks);
        await nodes[2].PostAsync($"/v1/jobs/{job}/cancel");
        await nodes[1].WaitAsync(job);

        var executions = (await nodes.ExecutionsAsync(job)).Where(e => (string?)e["status"] != "cancelled").ToList();
        var ticks = executions.Select(e => e["tick"]!.GetValue<DateTimeOffset>()).ToList();
        Assert.True(ticks.Count >= Ticks);
        Assert.Equal(Enumerable.Range(0, ticks.Count).Select(second => ticks[0].AddSeconds(second)), ticks);
        Assert.Equal(executions.Select(e => (string)e["id"]!).Order(StringComparer.Ordinal), nodes.Marked("ticks"));
    }

    private async Task<Nodes> StartAsync(int count, int executions)
    {
        var cluster = await PostgresCluster.GetAsync();
        var nodes = new Nodes(Elsewhere, cluster.Connection($"e{Guid.NewGuid():N}"), executions);
        for (var number = 0; number < count; number++) await nodes.StartAsync(number);
        return nodes;
    }
}
