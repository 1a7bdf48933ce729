using System.Text.Json.Nodes;
using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Serve;

/// <summary>Logs of jobs: live, whole, bounded.</summary>
public sealed class LogTests : Place
{
    private static readonly bool Long = Environment.GetEnvironmentVariable("GLOVEBOX_TEST_LONG") is not null;

    [Fact]
    public async Task Output_comes_while_the_job_runs()
    {
        var gate = Directory.CreateDirectory(Path.Combine(Elsewhere, "gate")).FullName;
        await using var served = await StartAsync($"volumes: [{gate}]\n");
        var id = await served.SubmitAsync("live", "echo first; until test -e /gate/open; do sleep 0.05; done; echo last", Volume(gate));
        await JobTests.StartedAsync(served, id);

        using var reply = await served.Http.GetAsync(
            $"/v1/executions/{await ExecutionAsync(served, id)}/log?follow=true", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var lines = new StreamReader(await reply.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));

        Assert.Equal("first", await lines.ReadLineAsync(TestContext.Current.CancellationToken));
        await File.WriteAllTextAsync(Path.Combine(gate, "open"), "", TestContext.Current.CancellationToken);
        Assert.Equal("last", await lines.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.Null(await lines.ReadLineAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_log_beyond_its_limit_is_cut_with_a_notice()
    {
        await using var served = await StartAsync("logs: {limit: 100k}\n");
        var id = await served.SubmitAsync("loud", "head -c 1000000 /dev/zero | tr '\\0' x; echo; exit 0");

        var job = await served.WaitAsync(id);
        var execution = (await served.GetAsync($"/v1/jobs/{id}/executions"))["items"]![0]!;
        var error = await served.Http.GetStringAsync($"/v1/executions/{execution["id"]}/log?stream=stderr", TestContext.Current.CancellationToken);

        Assert.Equal("succeeded", (string?)job["status"]);
        Assert.True((bool)execution["logCut"]!);
        Assert.Contains("limit", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_log_takes_no_memory()
    {
        var bytes = Long ? 2_000_000_000L : 30_000_000L;
        await using var served = await StartAsync("");
        await served.WaitAsync(await served.SubmitAsync("warm", "echo warm"));
        var before = Peak(served.Pid);
        var id = await served.SubmitAsync("large", $"yes 0123456789012345678901234567890123456789012345678901234567890123456789 | head -c {bytes}");

        await served.WaitAsync(id);
        using var reply = await served.Http.GetAsync(
            $"/v1/executions/{await ExecutionAsync(served, id)}/log?stream=stdout", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        await using var log = await reply.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var (read, buffer) = (0L, new byte[1 << 16]);
        while (await log.ReadAsync(buffer, TestContext.Current.CancellationToken) is > 0 and var length) read += length;

        Assert.Equal(bytes, read);
        Assert.InRange(Peak(served.Pid) - before, 0, 64 << 20);
    }

    private Task<Served> StartAsync(string settings)
    {
        var path = Path.Combine(Elsewhere, "server.yaml");
        File.WriteAllText(path, settings);
        return Served.StartAsync(Glovebox, Project, "--config", path);
    }

    private static JsonObject Volume(string path) =>
        new() { ["volumes"] = new JsonArray(new JsonObject { ["source"] = path, ["target"] = "/gate" }) };

    private static async Task<string> ExecutionAsync(Served served, string job) =>
        (string)(await served.GetAsync($"/v1/jobs/{job}/executions"))["items"]![0]!["id"]!;

    /// <summary>Bytes of the largest resident set that the process had (proc(5), VmHWM).</summary>
    private static long Peak(int pid) =>
        1024 * long.Parse(File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
}
