using System.Net.WebSockets;
using System.Text;
using System.Text.Encodings.Web;
using Glovebox.Api;
using Glovebox.Api.Jobs;
using Glovebox.Server.Executions;
using Microsoft.AspNetCore.Http;

namespace Glovebox.Server.Fastlane;

/// <summary>
/// Output while the job runs: a WebSocket that sends it as text, and a page that shows it. It is closed with the reason <c>done</c> when the
/// execution has ended, and <c>retry</c> when there is nothing to read yet or the server stops.
/// </summary>
internal sealed class FastlaneLive(ServerParts parts, FastlaneFind find, Reach reach, CancellationToken stopping)
{
    /// <summary>How long a client may take to say goodbye.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task PageAsync(HttpContext http)
    {
        var job = await find.JobAsync(http);
        await find.ExecutionAsync(http, job);
        var path = http.Request.Path.ToUriComponent().TrimEnd('/');
        var socket = new Links(http).Socket($"{path[..path.LastIndexOf('/')]}/ws/");
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; script-src 'unsafe-inline'; connect-src 'self'";
        await http.Response.WriteAsync(Page(HtmlEncoder.Default.Encode($"{job.Task} - {job.Id}"), JavaScriptEncoder.Default.Encode(socket)), http.RequestAborted);
    }

    public async Task SocketAsync(HttpContext http)
    {
        if (!http.WebSockets.IsWebSocketRequest) throw RefusalException.Bad("this path is a WebSocket: ask for the upgrade, or GET .../logs/");
        var job = await find.JobAsync(http);
        var execution = await find.ExecutionAsync(http, job);
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        var gone = WatchAsync(socket, ending);
        var reason = execution is not null && await SendAsync(http, socket, execution, ending.Token) ? "done" : "retry";
        await CloseAsync(socket, reason);
        await Task.WhenAny(gone, Task.Delay(Patience, parts.Clock, CancellationToken.None));
    }

    /// <returns>False when it was broken off.</returns>
    private async Task<bool> SendAsync(HttpContext http, WebSocket socket, JobExecution execution, CancellationToken cancellation)
    {
        try
        {
            // Its clients expect the code first of what has ended already, and read on.
            if (execution.Status.IsFinal()) await SendAsync(socket, $"EXIT CODE: {Code(execution)}\n", cancellation);
            await CopyAsync(await LogSource.OpenAsync(http, reach, execution.Id, cancellation), socket, cancellation);
            var ended = await parts.Jobs.ShowExecutionAsync(execution.Id, cancellation);
            if (!execution.Status.IsFinal()) await SendAsync(socket, $"\nEXIT CODE: {Code(ended)}\n", cancellation);
            if (ended.Error is { } error) await SendAsync(socket, $"{error}\n", cancellation);
            return true;
        }
        catch (RefusalException refusal)
        {
            // The store, or the node that has the log, cannot be reached: whoever comes again may have more luck.
            await SendAsync(socket, $"[{refusal.Message}]\n", CancellationToken.None);
            return false;
        }
        catch (Exception broken) when (broken is OperationCanceledException or WebSocketException)
        {
            return false;
        }
    }

    private static async Task CopyAsync(LogSource source, WebSocket socket, CancellationToken cancellation)
    {
        var decoder = Encoding.UTF8.GetDecoder();
        for (long at = 0; ;)
        {
            var piece = await source.ReadAsync(LogStream.Both, at, wait: true, cancellation);
            var characters = new char[Encoding.UTF8.GetMaxCharCount(piece.Bytes.Length)];
            var count = decoder.GetChars(piece.Bytes.Span, characters, flush: piece.Ended);
            if (count > 0) await SendAsync(socket, new string(characters, 0, count), cancellation);
            if (piece.Ended) return;
            at = piece.Position;
        }
    }

    private static Task SendAsync(WebSocket socket, string text, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        // A send that is cancelled breaks the connection off, too; a client that does not read is Kestrel's to end.
        return socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
    }

    /// <summary>A client says nothing; when it closes or vanishes there is nobody to send to.</summary>
    private static async Task WatchAsync(WebSocket socket, CancellationTokenSource ending)
    {
        var buffer = new byte[256];
        try
        {
            while (socket.State == WebSocketState.Open)
            {
                // No token: a receive that is cancelled breaks the connection off.
                var heard = await socket.ReceiveAsync(buffer, CancellationToken.None);
                if (heard.MessageType == WebSocketMessageType.Close) break;
            }

            await ending.CancelAsync();
        }
        catch (Exception gone) when (gone is OperationCanceledException or WebSocketException or ObjectDisposedException)
        {
            // The client vanished: its request's token says so.
        }
    }

    private static async Task CloseAsync(WebSocket socket, string reason)
    {
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, reason, CancellationToken.None);
        }
        catch (WebSocketException)
        {
            // The client was faster.
        }
    }

    private static string Code(JobExecution execution) => execution.ExitCode?.ToString() ?? "None";

    private static string Page(string title, string socket) => $$"""
        <!doctype html>
        <meta charset="utf-8">
        <title>{{title}} - Glovebox</title>
        <pre id="log"></pre>
        <script>
          const log = document.getElementById('log');
          function connect() {
            log.textContent = '';
            const socket = new WebSocket('{{socket}}');
            socket.onmessage = event => log.append(event.data);
            socket.onclose = event => { if (event.reason !== 'done') setTimeout(connect, 5000); };
          }
          connect();
        </script>
        """;
}
