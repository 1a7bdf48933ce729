using Glovebox.Server.Tests.Harness;

namespace Glovebox.Server.Tests.Events;

public sealed class EventTests
{
    [Fact]
    public async Task Events_come_live_and_can_be_resumed()
    {
        await using var served = await Served.StartAsync();
        served.Jobs.Raise("task.changed", "a", null, null, null);
        using var lines = await OpenAsync(served, "/v1/events?after=0");
        Assert.Equal("id: 1", await lines.ReadLineAsync());
        Assert.Equal("event: task.changed", await lines.ReadLineAsync());
        Assert.Contains("\"task\":\"a\"", await lines.ReadLineAsync());
        Assert.Equal("", await lines.ReadLineAsync());
        served.Jobs.Raise("task.changed", "b", null, null, null);
        Assert.Equal("id: 2", await lines.ReadLineAsync());
        using var again = await OpenAsync(served, "/v1/events", "1");
        Assert.Equal("id: 2", await again.ReadLineAsync());
    }

    [Fact]
    public async Task Silence_is_broken_by_heartbeats()
    {
        var clock = new TurnedClock();
        await using var served = await Served.StartAsync(clock: clock);
        using var lines = await OpenAsync(served, "/v1/events");
        var beat = lines.ReadLineAsync();
        await clock.TurnUntilAsync(beat, TimeSpan.FromSeconds(15));
        Assert.Equal(":", await beat);
    }

    [Fact]
    public async Task A_server_that_stops_ends_its_streams()
    {
        await using var served = await Served.StartAsync();
        using var lines = await OpenAsync(served, "/v1/events");
        var end = lines.ReadLineAsync();
        await served.StopAsync();
        Assert.Null(await end);
    }

    private static async Task<StreamReader> OpenAsync(Served served, string path, string? last = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (last is not null) request.Headers.Add("Last-Event-ID", last);
        var response = await served.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        return new StreamReader(await response.Content.ReadAsStreamAsync());
    }
}
