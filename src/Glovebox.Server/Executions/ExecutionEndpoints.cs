using Glovebox.Api.Access;
using Glovebox.Api.Jobs;
using Glovebox.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Glovebox.Server.Executions;

/// <summary><c>/v1/executions</c>.</summary>
internal sealed class ExecutionEndpoints(ServerParts parts, CancellationToken stopping)
{
    private const string One = "/v1/executions/{id}";

    private readonly IJobs _jobs = parts.Jobs;
    private readonly Reach _reach = new(parts);

    public IEnumerable<Route> Routes() =>
    [
        new("GET", "/v1/executions", TokenRole.Reader, "List executions, newest first", ListAsync)
        {
            Reply = typeof(Page<JobExecution>), Query = [Parameters.Task, new("status", "string", "only in this state"), Parameters.Cursor, Parameters.Limit],
        },
        new("GET", One, TokenRole.Reader, "Show an execution", ShowAsync) { Reply = typeof(JobExecution) },
        new("POST", $"{One}/cancel", TokenRole.Operator, "End one execution, with no retry; a schedule goes on", CancelAsync) { Reply = typeof(JobExecution) },
        new("GET", $"{One}/log", TokenRole.Reader, "Read its log, live; as text/event-stream when asked for with Accept", new LogEndpoint(parts, _reach, stopping).ReadAsync)
        {
            ReplyMedia = "application/octet-stream",
            Query =
            [
                Parameters.Stream, Parameters.Position, new("follow", "boolean", "go on until the execution has ended"),
                new("piece", "boolean", "one piece alone; the headers say where the next begins (with follow: waits for it a while)"), Parameters.Redirect,
            ],
            Headers = [new("Last-Event-ID", "string", "where to begin, for a stream of events that goes on")],
        },
        new("GET", $"{One}/outputs/{{**path}}", TokenRole.Reader, "Fetch a kept output", OutputAsync)
        {
            ReplyMedia = "application/octet-stream", Query = [Parameters.Redirect],
        },
        new("GET", $"{One}/deliveries", TokenRole.Reader, "List its webhook calls and mails", DeliveriesAsync) { Reply = typeof(IReadOnlyList<Delivery>) },
    ];

    private async Task ListAsync(HttpContext http)
    {
        var ask = new Ask(http);
        var filter = new ExecutionFilter(null, ask.Text("task"), ask.Text("status"), ask.Text("cursor"), ask.Limit());
        await Reply.JsonAsync(http, await _jobs.ListExecutionsAsync(filter, http.RequestAborted), JobsJson.Default.PageJobExecution);
    }

    private async Task ShowAsync(HttpContext http) =>
        await Reply.JsonAsync(http, await _jobs.ShowExecutionAsync(Id(http), http.RequestAborted), JobsJson.Default.JobExecution);

    private async Task CancelAsync(HttpContext http) =>
        await Reply.JsonAsync(http, await _jobs.CancelExecutionAsync(Id(http), http.RequestAborted), JobsJson.Default.JobExecution);

    private async Task DeliveriesAsync(HttpContext http) =>
        await Reply.JsonAsync(http, await _jobs.ListDeliveriesAsync(Id(http), http.RequestAborted), JobsJson.Default.IReadOnlyListDelivery);

    private async Task OutputAsync(HttpContext http)
    {
        var ask = new Ask(http);
        var id = (await _jobs.ShowExecutionAsync(ask.Part("id"), http.RequestAborted)).Id;
        if (ask.Flag("redirect") && await _reach.RedirectAsync(http, id)) return;
        var jobs = await _reach.OfAsync(http, id, http.RequestAborted);
        await using var output = await jobs.OpenOutputAsync(id, ask.Part("path"), http.RequestAborted);
        http.Response.ContentType = "application/octet-stream";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        if (output.CanSeek) http.Response.ContentLength = output.Length;
        await output.CopyToAsync(http.Response.Body, http.RequestAborted);
    }

    private static string Id(HttpContext http) => new Ask(http).Part("id");
}
