using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Glovebox.Server.Http;

/// <summary>Server-sent events (WHATWG HTML, section 9.2): messages with an id each, and a comment now and then so that nobody takes silence for death.</summary>
internal sealed class EventStream(HttpContext http, TimeProvider clock)
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);
    private static readonly byte[] Heartbeat = ":\n\n"u8.ToArray();

    public async Task StartAsync(CancellationToken cancellation)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await http.Response.StartAsync(cancellation);
        await http.Response.Body.FlushAsync(cancellation);
    }

    /// <param name="data">One line.</param>
    public Task SendAsync(string id, string? kind, string data, CancellationToken cancellation) =>
        WriteAsync(Encoding.UTF8.GetBytes($"id: {id}\n{(kind is null ? "" : $"event: {kind}\n")}data: {data}\n\n"), cancellation);

    /// <summary>Waits for something to send, with heartbeats meanwhile.</summary>
    public async Task<T> WaitAsync<T>(Task<T> coming, CancellationToken cancellation)
    {
        while (!coming.IsCompleted)
        {
            try
            {
                await coming.WaitAsync(Beat, clock, cancellation);
            }
            catch (TimeoutException) when (!coming.IsCompleted)
            {
                await WriteAsync(Heartbeat, cancellation);
            }
        }

        return await coming;
    }

    private async Task WriteAsync(byte[] bytes, CancellationToken cancellation)
    {
        await http.Response.Body.WriteAsync(bytes, cancellation);
        await http.Response.Body.FlushAsync(cancellation);
    }
}
