using System.Net.WebSockets;
using System.Text;
using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Server.Tests.Harness;

namespace Glovebox.Server.Tests.Fastlane;

public sealed class LiveTests : IAsyncLifetime
{
    private Served _served = null!;
    private string _path = "";

    public async ValueTask InitializeAsync()
    {
        _served = await Served.StartAsync();
        var summary = (await _served.PostAsync("/tasks/my task/", """{"image":"a","command":"b"}""")).Ok();
        _path = new Uri((string)summary["jobUrl"]!).AbsolutePath;
    }

    public ValueTask DisposeAsync() => _served.DisposeAsync();

    [Theory]
    [InlineData("ws")]
    [InlineData("ws/")]
    public async Task Output_comes_while_the_job_runs_and_then_its_code(string end)
    {
        using var socket = await ConnectAsync(end);
        var log = _served.Jobs.LogOf(_served.Jobs.Executions[0].Id);
        log.Write(LogStream.Stdout, "one\n");
        Assert.Equal("one\n", await ReceiveAsync(socket));
        log.Write(LogStream.Stderr, "two\n");
        Assert.Equal("two\n", await ReceiveAsync(socket));
        _served.Jobs.End(_served.Jobs.Executions[0].Id, ExecutionState.Failed, 4);
        Assert.Equal("\nEXIT CODE: 4\n", await ReceiveAsync(socket));
        Assert.Equal("done", await ClosedAsync(socket));
    }

    [Fact]
    public async Task What_has_ended_begins_with_its_code()
    {
        var id = _served.Jobs.Executions[0].Id;
        _served.Jobs.LogOf(id).Write(LogStream.Stdout, "all\n");
        _served.Jobs.End(id, ExecutionState.Succeeded, 0);
        using var socket = await ConnectAsync($"executions/{id}/ws/");
        Assert.Equal("EXIT CODE: 0\n", await ReceiveAsync(socket));
        Assert.Equal("all\n", await ReceiveAsync(socket));
        Assert.Equal("done", await ClosedAsync(socket));
    }

    [Fact]
    public async Task A_job_that_has_not_started_is_to_be_asked_again()
    {
        var summary = (await _served.PostAsync("/tasks/t/", """{"image":"a","command":"b","cron":"* * * * *"}""")).Ok();
        _path = new Uri((string)summary["jobUrl"]!).AbsolutePath;
        using var socket = await ConnectAsync("ws/");
        Assert.Equal("retry", await ClosedAsync(socket));
    }

    [Fact]
    public async Task A_log_that_cannot_be_had_is_said_and_to_be_asked_for_again()
    {
        _served.Jobs.LogRefusal = Task.FromResult(RefusalException.Unable("its node is away"));
        using var socket = await ConnectAsync("ws/");
        Assert.Equal("[its node is away]\n", await ReceiveAsync(socket));
        Assert.Equal("retry", await ClosedAsync(socket));
    }

    [Fact]
    public async Task A_server_that_stops_asks_to_come_again()
    {
        using var socket = await ConnectAsync("ws/");
        var closed = ClosedAsync(socket);
        await _served.StopAsync();
        Assert.Equal("retry", await closed);
    }

    [Fact]
    public async Task The_page_opens_the_socket_of_its_job()
    {
        var page = await _served.GetAsync($"{_path}stream/");
        Assert.Equal("text/html", page.Media);
        Assert.Contains($"ws://{_served.Url.Authority}{_path}ws/".Replace("/", "\\/"), page.Text.Replace("/", "\\/").Replace("\\\\/", "\\/"));
        (await _served.GetAsync($"{_path}ws/")).Refused(400);
    }

    private async Task<ClientWebSocket> ConnectAsync(string end)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{_served.Url.Authority}{_path}{end}"), CancellationToken.None);
        return socket;
    }

    private static async Task<string> ReceiveAsync(ClientWebSocket socket)
    {
        var buffer = new byte[4096];
        var heard = await socket.ReceiveAsync(buffer, CancellationToken.None);
        Assert.Equal(WebSocketMessageType.Text, heard.MessageType);
        return Encoding.UTF8.GetString(buffer, 0, heard.Count);
    }

    private static async Task<string?> ClosedAsync(ClientWebSocket socket)
    {
        var heard = await socket.ReceiveAsync(new byte[10], CancellationToken.None);
        Assert.Equal((WebSocketMessageType.Close, WebSocketCloseStatus.NormalClosure), (heard.MessageType, heard.CloseStatus));
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        return heard.CloseStatusDescription;
    }
}
