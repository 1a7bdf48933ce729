using System.Text.Json.Nodes;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Server.Tests.Harness;

namespace Glovebox.Server.Tests.Executions;

public sealed class LogTests : IAsyncLifetime
{
    private Served _served = null!;
    private string _id = "";

    public async ValueTask InitializeAsync()
    {
        _served = await Served.StartAsync();
        await _served.PostAsync("/v1/tasks/a/jobs", """{"image":"alpine","command":["ls"]}""");
        _id = _served.Jobs.Executions[0].Id;
    }

    public ValueTask DisposeAsync() => _served.DisposeAsync();

    private FakeLog Log => _served.Jobs.LogOf(_id);

    [Fact]
    public async Task It_is_given_as_bytes_from_any_position()
    {
        Log.Write(LogStream.Stdout, [0xff, 0x0d, 0x0a]);
        Log.Write(LogStream.Stderr, "bad\n");
        Log.Write(LogStream.Stdout, "good\n");
        Assert.Equal([0xff, 0x0d, 0x0a, .. "bad\ngood\n"u8], (await _served.GetAsync($"/v1/executions/{_id}/log")).Bytes);
        Assert.Equal("bad\ngood\n", (await _served.GetAsync($"/v1/executions/{_id}/log?position=1")).Text);
        Assert.Equal("bad\n", (await _served.GetAsync($"/v1/executions/{_id}/log?stream=stderr")).Text);
        Assert.Contains("stdout, stderr", (await _served.GetAsync($"/v1/executions/{_id}/log?stream=out")).Refused(400));
    }

    [Fact]
    public async Task It_is_given_in_pieces_that_say_where_to_go_on()
    {
        Log.Write(LogStream.Stdout, "one");
        Log.Write(LogStream.Stdout, "two");
        var first = await _served.GetAsync($"/v1/executions/{_id}/log?piece=true");
        Assert.Equal(("one", "1", "false"), (first.Text, first.Header("Glovebox-Log-Position"), first.Header("Glovebox-Log-Ended")));
        _served.Jobs.End(_id, ExecutionState.Failed, 3);
        var last = await _served.GetAsync($"/v1/executions/{_id}/log?piece=true&position=2");
        Assert.Equal(("", "2", "true", "3"), (last.Text, last.Header("Glovebox-Log-Position"), last.Header("Glovebox-Log-Ended"), last.Header("Glovebox-Exit-Code")));
    }

    [Fact]
    public async Task It_is_followed_live_to_its_end()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/executions/{_id}/log?follow=true");
        using var response = await _served.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[100];
        Log.Write(LogStream.Stdout, "now");
        Assert.Equal(3, await stream.ReadAsync(buffer));
        Log.Write(LogStream.Stdout, "then");
        Assert.Equal(4, await stream.ReadAsync(buffer));
        _served.Jobs.End(_id, ExecutionState.Failed, 7);
        Assert.Equal(0, await stream.ReadAsync(buffer));
        Assert.Equal("7", (await _served.GetAsync($"/v1/executions/{_id}/log")).Header("Glovebox-Exit-Code"));
    }

    [Fact]
    public async Task A_slow_reader_holds_the_log_back_and_no_memory_grows()
    {
        const int Pieces = 1000;
        var piece = new byte[100_000];
        for (var i = 0; i < Pieces; i++) Log.Write(LogStream.Stdout, piece);
        _served.Jobs.End(_id, ExecutionState.Succeeded, 0);
        using var response = await _served.Http.GetAsync($"/v1/executions/{_id}/log", HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[100_000];
        long total = await stream.ReadAsync(buffer);
        // What the sockets and Kestrel hold is far less than the log: the server waits for its reader.
        Assert.True(Log.Reads < Pieces, $"{Log.Reads} pieces were read");
        for (var read = 1; read > 0; total += read) read = await stream.ReadAsync(buffer);
        Assert.Equal(100_000L * Pieces, total);
    }

    [Fact]
    public async Task It_comes_as_events_that_can_be_resumed()
    {
        Log.Write(LogStream.Stdout, "a\r\nb\n");
        Log.Write(LogStream.Stdout, [0xc3]);
        Log.Write(LogStream.Stdout, [0xa9, (byte)'\n', 0xff]);
        _served.Jobs.End(_id, ExecutionState.Failed, 2);
        var all = await EventsAsync();
        Assert.Equal(["1", "3", "3"], all.Select(item => item.Id));
        Assert.Equal(["a\r\nb\n", "é\n\ufffd"], all.Take(2).Select(item => (string)item.Data!));
        Assert.Equal("""{"status":"failed","exitCode":2}""", all[2].Data!.ToJsonString());
        Assert.Equal(["3", "3"], (await EventsAsync("1")).Select(item => item.Id));
    }

    private async Task<List<(string Id, JsonNode? Data)>> EventsAsync(string? last = null)
    {
        string[] headers = last is null ? ["Accept: text/event-stream"] : ["Accept: text/event-stream", $"Last-Event-ID: {last}"];
        var answer = await _served.SendAsync(HttpMethod.Get, $"/v1/executions/{_id}/log", headers: headers);
        Assert.Equal("text/event-stream", answer.Media);
        return [.. answer.Text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(item => item.Split('\n')).Select(lines =>
            (lines.Single(line => line.StartsWith("id: "))[4..], JsonNode.Parse(lines.Single(line => line.StartsWith("data: "))[6..])))];
    }
}
