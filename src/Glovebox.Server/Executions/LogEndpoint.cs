using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Glovebox.Api;
using Glovebox.Api.Jobs;
using Glovebox.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Glovebox.Server.Executions;

/// <summary>
/// The log of an execution: whole, from a position on, live, in pieces, or as server-sent events. One piece is held at a time, and the next is
/// read when the client has taken it.
/// </summary>
internal sealed class LogEndpoint(ServerParts parts, Reach reach, CancellationToken stopping)
{
    public const string Position = "Glovebox-Log-Position", Ended = "Glovebox-Log-Ended", ExitCode = "Glovebox-Exit-Code";

    /// <summary>How long a piece is waited for: shorter than any proxy's patience.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public async Task ReadAsync(HttpContext http)
    {
        var ask = new Ask(http);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        var execution = await parts.Jobs.ShowExecutionAsync(ask.Part("id"), ending.Token);
        if (ask.Flag("redirect") && await reach.RedirectAsync(http, execution.Id)) return;
        var events = http.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase);
        var from = ask.Whole("position", 0, long.MaxValue) ?? 0;
        if (events && long.TryParse(http.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var last)) from = last;
        var source = await LogSource.OpenAsync(http, reach, execution.Id, ending.Token);
        var log = new LogRequest(source, execution, StreamOf(ask.Text("stream")), from, ask.Flag("follow"));
        if (ask.Flag("piece")) await PieceAsync(http, log, ending.Token);
        else if (events) await EventsAsync(http, log, ending.Token);
        else await BytesAsync(http, log, ending.Token);
    }

    private async Task PieceAsync(HttpContext http, LogRequest log, CancellationToken cancellation)
    {
        var piece = await NextAsync(log, cancellation);
        var headers = http.Response.Headers;
        headers[Position] = Text(piece.Position);
        headers[Ended] = piece.Ended ? "true" : "false";
        if (piece.Ended) await TellExitAsync(http, log.Execution.Id, cancellation);
        http.Response.ContentType = "application/octet-stream";
        http.Response.ContentLength = piece.Bytes.Length;
        await http.Response.Body.WriteAsync(piece.Bytes, cancellation);
    }

    private async Task<LogPiece> NextAsync(LogRequest log, CancellationToken cancellation)
    {
        if (!log.Follow) return await log.Source.ReadAsync(log.Stream, log.Position, wait: false, cancellation);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var timer = parts.Clock.CreateTimer(_ => patience.Cancel(), null, Patience, Timeout.InfiniteTimeSpan);
        try
        {
            return await log.Source.ReadAsync(log.Stream, log.Position, wait: true, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new LogPiece(default, log.Position, false);
        }
    }

    private async Task BytesAsync(HttpContext http, LogRequest log, CancellationToken cancellation)
    {
        var response = http.Response;
        response.ContentType = "application/octet-stream";
        response.Headers.XContentTypeOptions = "nosniff";
        if (log.Execution.Status.IsFinal()) await TellExitAsync(http, log.Execution.Id, cancellation);
        // Before the answer begins: a log that cannot be had is refused in words.
        var first = await log.Source.ReadAsync(log.Stream, log.Position, wait: false, cancellation);
        await response.StartAsync(cancellation);
        await response.Body.WriteAsync(first.Bytes, cancellation);
        await response.Body.FlushAsync(cancellation);
        if (!first.Ended) await LogCopy.CopyAsync(log with { Position = first.Position }, response.Body, cancellation);
    }

    /// <summary>Each message is a JSON text, since a bare carriage return would end a line of the stream; bytes that are no UTF-8 read U+FFFD.</summary>
    private async Task EventsAsync(HttpContext http, LogRequest log, CancellationToken cancellation)
    {
        var events = new EventStream(http, parts.Clock);
        await events.StartAsync(cancellation);
        var decoder = Encoding.UTF8.GetDecoder();
        var at = log.Position;
        while (true)
        {
            var piece = await events.WaitAsync(log.Source.ReadAsync(log.Stream, at, wait: true, cancellation), cancellation);
            var characters = new char[Encoding.UTF8.GetMaxCharCount(piece.Bytes.Length)];
            var count = decoder.GetChars(piece.Bytes.Span, characters, flush: piece.Ended);
            at = piece.Position;
            if (count > 0) await events.SendAsync(Text(at), null, Quoted(new string(characters, 0, count)), cancellation);
            if (piece.Ended) break;
        }

        var ended = await parts.Jobs.ShowExecutionAsync(log.Execution.Id, cancellation);
        var code = ended.ExitCode is { } exit ? $",\"exitCode\":{Text(exit)}" : "";
        await events.SendAsync(Text(at), "end", $"{{\"status\":\"{ended.Status.Word()}\"{code}}}", cancellation);
    }

    private async Task TellExitAsync(HttpContext http, string id, CancellationToken cancellation)
    {
        if ((await parts.Jobs.ShowExecutionAsync(id, cancellation)).ExitCode is { } code) http.Response.Headers[ExitCode] = Text(code);
    }

    private static LogStream StreamOf(string? text) => text switch
    {
        null or "both" => LogStream.Both,
        "stdout" => LogStream.Stdout,
        "stderr" => LogStream.Stderr,
        _ => throw RefusalException.Bad($"stream '{text}': give stdout, stderr or both"),
    };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}

/// <summary>Which log, and from where.</summary>
internal sealed record LogRequest(LogSource Source, JobExecution Execution, LogStream Stream, long Position = 0, bool Follow = false);
