using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Serve;

/// <summary>fastlane's API through the real server and the real engine: a client's calls, and the faults that fastlane had there.</summary>
public sealed class FastlaneTests : Place
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_of_curl_and_jq_is_served()
    {
        await using var served = await Served.StartAsync(Glovebox, Project, "--executions", "2");
        var script = Path.Combine(Product.Repository, "tests", "EndToEnd", "Serve", "fastlane.sh");
        var start = new ProcessStartInfo("sh", [script, served.Http.BaseAddress!.ToString().TrimEnd('/')])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var client = Process.Start(start)!;
        var errors = client.StandardError.ReadToEndAsync(Cancellation);
        var said = await client.StandardOutput.ReadToEndAsync(Cancellation);
        await client.WaitForExitAsync(Cancellation);
        if (client.ExitCode != 0) throw new InvalidOperationException($"{said}\n{await errors}\n{served.Said}");
        Assert.Equal("served\n", said);
    }

    [Fact]
    public async Task A_socket_brings_the_output_while_the_job_runs_and_then_its_code()
    {
        var gate = Directory.CreateDirectory(Path.Combine(Elsewhere, "gate")).FullName;
        var settings = Path.Combine(Elsewhere, "server.yaml");
        await File.WriteAllTextAsync(settings, $"volumes: [{gate}]\n", Cancellation);
        await using var served = await Served.StartAsync(Glovebox, Project, "--config", settings);
        // It goes on when the test has read its first line: so that came while it ran.
        var id = await served.SubmitAsync(
            "live", "echo before; until test -e /gate/open; do sleep 0.05; done; echo after; exit 4",
            new() { ["volumes"] = new JsonArray(new JsonObject { ["source"] = gate, ["target"] = "/gate" }) });
        await JobTests.StartedAsync(served, id);

        using var socket = await ConnectAsync(served, $"/tasks/live/jobs/{id}/ws/");
        var heard = "";
        while (!heard.Contains("before", StringComparison.Ordinal)) heard += await ReceiveAsync(socket);
        await File.WriteAllTextAsync(Path.Combine(gate, "open"), "", Cancellation);
        while (await ReceiveAsync(socket) is { } more) heard += more;

        Assert.Equal("before\nafter\n\nEXIT CODE: 4\n", heard);
        Assert.Equal("done", socket.CloseStatusDescription);

        using var later = await ConnectAsync(served, $"/tasks/live/jobs/{id}/ws");
        var all = "";
        while (await ReceiveAsync(later) is { } more) all += more;
        Assert.Equal("EXIT CODE: 4\nbefore\nafter\n", all);
    }

    [Fact]
    public async Task Fault_2_a_retry_answers_200_and_runs_once_more()
    {
        await using var served = await Served.StartAsync(Glovebox, Project);
        var job = await PostAsync(served, "again", """{"image":"host","command":"false"}""");
        await EndAsync(served, job);

        var answer = await served.PostAsync($"/tasks/again/jobs/{job}/retry/");
        await EndAsync(served, job);

        Assert.Equal(job, (string?)answer["jobId"]);
        Assert.Equal([(string)answer["executionId"]!], (await ExecutionsAsync(served, job)).Take(1).Select(e => (string)e["id"]!));
        Assert.Equal(2, (await ExecutionsAsync(served, job)).Count);
    }

    [Fact]
    public async Task Fault_3_a_schedule_stops_for_good_and_a_put_leaves_one()
    {
        await using var served = await Served.StartAsync(Glovebox, Project, "--executions", "4");
        var id = Guid.NewGuid().ToString();
        await PutAsync(served, "ticks", id, """{"image":"host","command":"echo one","cron":"* * * * * *"}""");
        await HearAsync(served, id, "execution.finished", 2);
        await PutAsync(served, "ticks", id, """{"image":"host","command":"echo two","cron":"* * * * * *"}""");
        Assert.Single((await served.GetAsync("/v1/schedules"))["items"]!.AsArray());
        await HearAsync(served, id, "execution.finished", 4);
        var ticks = (await ExecutionsAsync(served, id)).Select(e => (string)e["tick"]!).ToList();
        Assert.Equal(ticks.Distinct(StringComparer.Ordinal), ticks);

        await served.PostAsync($"/tasks/ticks/jobs/{id}/stop/");
        var before = (await ExecutionsAsync(served, id)).Count;
        // Another schedule is the clock: three of its ticks later there is no new one of the first.
        var clock = await PostAsync(served, "clock", """{"image":"host","command":"true","cron":"* * * * * *"}""");
        await HearAsync(served, clock, "execution.finished", 3);

        Assert.Equal(before, (await ExecutionsAsync(served, id)).Count);
        Assert.Equal("cancelled", (string?)(await served.GetAsync($"/v1/jobs/{id}"))["status"]);
        Assert.Equal(clock, (string?)Assert.Single((await served.GetAsync("/status/"))["jobs"]!["scheduled"]!.AsArray())!["id"]);
    }

    [Fact]
    public async Task Fault_4_each_tick_has_all_its_retries()
    {
        await using var served = await Served.StartAsync(Glovebox, Project, "--executions", "4");
        // The native field: fastlane's own retries wait 1 s and then 2 s.
        var job = await served.SubmitAsync("ticks", "false", new() { ["cron"] = "* * * * * *", ["retry"] = new JsonObject { ["limit"] = 1, ["delaySeconds"] = 0.01 } });
        await HearAsync(served, job, "execution.finished", 6);
        await served.PostAsync($"/tasks/ticks/jobs/{job}/stop/");

        var attempts = (await ExecutionsAsync(served, job)).GroupBy(e => (string?)e["tick"] ?? "", e => (int)e["attempt"]!, StringComparer.Ordinal);
        Assert.True(attempts.Count(tick => tick.Order().SequenceEqual([1, 2])) >= 2);
    }

    [Theory]
    [InlineData("registry.example:5000/team/image:tag")]
    [InlineData("image@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    public async Task Fault_6_an_image_may_be_named_in_full(string image)
    {
        await using var served = await Served.StartAsync(Glovebox, Project);
        var job = await PostAsync(served, "named", new JsonObject { ["image"] = image, ["command"] = "true" }.ToJsonString());
        await EndAsync(served, job);

        // This machine has no such image and no Docker resource: the record says that, and the job is over.
        var execution = (await served.GetAsync($"/tasks/named/jobs/{job}/"))["job"]!["executions"]![0]!;
        Assert.Equal((image, "failed"), ((string?)execution["image"], (string?)execution["status"]));
        Assert.Contains(image, (string?)execution["error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fault_7_output_that_is_no_text_ends_like_any_other()
    {
        await using var served = await Served.StartAsync(Glovebox, Project);
        var job = await PostAsync(served, "bytes", """{"image":"host","command":"printf '\\377\\376ok'"}""");
        await EndAsync(served, job);

        Assert.Equal([0xff, 0xfe, .. Bytes("ok")], await served.Http.GetByteArrayAsync($"/tasks/bytes/jobs/{job}/stdout/", Cancellation));
        Assert.Equal("done", (string?)(await served.GetAsync($"/tasks/bytes/jobs/{job}/"))["job"]!["executions"]![0]!["status"]);
    }

    [Fact]
    public async Task Fault_8_a_job_that_ran_too_long_is_timedout_with_no_code()
    {
        await using var served = await Served.StartAsync(Glovebox, Project);
        var job = await PostAsync(served, "slow", """{"image":"host","command":"sleep 600","timeout":0.5,"retries":3,"notify":{"finishes":["a@example.org"]}}""");
        await EndAsync(served, job);

        var execution = Assert.Single((await served.GetAsync($"/tasks/slow/jobs/{job}/"))["job"]!["executions"]!.AsArray())!;
        Assert.Equal("timedout", (string?)execution["status"]);
    }

    [Fact]
    public async Task Fault_9_a_job_that_is_stopped_before_it_ran_never_runs()
    {
        await using var served = await Served.StartAsync(Glovebox, Project, "--executions", "1");
        var first = await PostAsync(served, "line", """{"image":"host","command":"sleep 600"}""");
        await JobTests.StartedAsync(served, first);
        var waiting = await PostAsync(served, "line", """{"image":"host","command":"true"}""");
        await served.PostAsync($"/tasks/line/jobs/{waiting}/stop/");
        await EndAsync(served, waiting);
        await served.PostAsync($"/tasks/line/jobs/{first}/stop/");
        await EndAsync(served, await PostAsync(served, "line", """{"image":"host","command":"true"}"""));

        var execution = Assert.Single(await ExecutionsAsync(served, waiting));
        Assert.Equal(("cancelled", null), ((string?)execution["status"], (string?)execution["startedAt"]));
    }

    internal static async Task<ClientWebSocket> ConnectAsync(Served served, string path)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(new Uri(served.Http.BaseAddress!, path)) { Scheme = "ws" }.Uri, Cancellation);
        return socket;
    }

    /// <summary>Null when the server has closed it.</summary>
    internal static async Task<string?> ReceiveAsync(ClientWebSocket socket)
    {
        var buffer = new byte[64 << 10];
        var received = await socket.ReceiveAsync(buffer, Cancellation);
        return received.MessageType == WebSocketMessageType.Close ? null : Encoding.UTF8.GetString(buffer, 0, received.Count);
    }

    private static async Task<string> PostAsync(Served served, string task, string payload) =>
        (string)(await served.PostAsync($"/tasks/{task}/", JsonNode.Parse(payload)))["jobId"]!;

    private static async Task PutAsync(Served served, string task, string id, string payload)
    {
        using var body = new StringContent(payload);
        using var reply = await served.Http.PutAsync($"/tasks/{task}/jobs/{id}/", body, Cancellation);
        reply.EnsureSuccessStatusCode();
    }

    /// <summary>Waits for the end of the job's last execution.</summary>
    private static async Task EndAsync(Served served, string job)
    {
        var last = (string)(await ExecutionsAsync(served, job))[0]["id"]!;
        await served.Http.GetByteArrayAsync($"/v1/executions/{last}/log?follow=true", Cancellation);
    }

    private static async Task<IReadOnlyList<JsonNode>> ExecutionsAsync(Served served, string job) =>
        [.. (await served.GetAsync($"/v1/jobs/{job}/executions"))["items"]!.AsArray().Select(execution => execution!)];

    /// <summary>Hears the job's events from its first on until so many are of the kind.</summary>
    private static async Task HearAsync(Served served, string job, string kind, int count)
    {
        using var reply = await served.Http.GetAsync($"/v1/events?job={job}&after=0", HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var lines = new StreamReader(await reply.Content.ReadAsStreamAsync(Cancellation));
        while (count > 0 && await lines.ReadLineAsync(Cancellation) is { } line)
            if (line == $"event: {kind}") count--;
        if (count > 0) throw new InvalidOperationException($"the events of job {job} ended\n{served.Said}");
    }
}
