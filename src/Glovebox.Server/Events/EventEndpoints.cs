using System.Globalization;
using System.Text.Json;
using Glovebox.Api;
using Glovebox.Api.Access;
using Glovebox.Api.Jobs;
using Glovebox.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Glovebox.Server.Events;

/// <summary><c>/v1/events</c>: what happened after an event, then what happens.</summary>
internal sealed class EventEndpoints(IJobs jobs, TimeProvider clock, CancellationToken stopping)
{
    public IEnumerable<Route> Routes() =>
    [
        new("GET", "/v1/events", TokenRole.Reader, "Events as they are committed, without end (server-sent events)", StreamAsync)
        {
            ReplyMedia = "text/event-stream",
            Query =
            [
                new("after", "integer", "begin after this event; 0 for all that is kept (default: only new ones)"), Parameters.Task,
                new("job", "string", "only of this job"),
            ],
            Headers = [new("Last-Event-ID", "string", "as 'after'; browsers send it when they come back")],
        },
    ];

    private async Task StreamAsync(HttpContext http)
    {
        var ask = new Ask(http);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        var job = ask.Text("job") is { } id ? (await jobs.ShowAsync(id, ending.Token)).Id : null;
        await using var coming = jobs.EventsAsync(After(http, ask), ask.Text("task"), job, ending.Token).GetAsyncEnumerator(ending.Token);
        var next = coming.MoveNextAsync().AsTask();
        var events = new EventStream(http, clock);
        try
        {
            await events.StartAsync(ending.Token);
            while (await events.WaitAsync(next, ending.Token))
            {
                var item = coming.Current;
                var data = JsonSerializer.Serialize(item, JobsJson.Default.JobEvent);
                await events.SendAsync(item.Id.ToString(CultureInfo.InvariantCulture), item.Kind, data, ending.Token);
                next = coming.MoveNextAsync().AsTask();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The client comes back with Last-Event-ID, to whoever serves then.
        }
        finally
        {
            // It cannot be disposed of while it moves.
            await ending.CancelAsync();
            await Task.WhenAny(next);
        }
    }

    private static long? After(HttpContext http, Ask ask)
    {
        var last = http.Request.Headers["Last-Event-ID"].ToString();
        if (last.Length == 0) return ask.Whole("after", 0, long.MaxValue);
        return long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var after)
            ? after
            : throw RefusalException.Bad($"Last-Event-ID '{last}': not an event's id");
    }
}
