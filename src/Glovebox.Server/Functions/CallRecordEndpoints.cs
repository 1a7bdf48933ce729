using System.Text;
using Glovebox.Api;
using Glovebox.Api.Access;
using Glovebox.Api.Functions;
using Glovebox.Api.Jobs;
using Glovebox.Functions;
using Glovebox.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Glovebox.Server.Functions;

/// <summary><c>/v1/calls</c>: what is known of calls.</summary>
internal sealed class CallRecordEndpoints(IFunctions functions, FunctionNode node)
{
    private const TokenRole Reader = TokenRole.Reader;

    public IEnumerable<Route> Routes() =>
    [
        new("GET", "/v1/calls", Reader, "List calls, newest first", ListAsync)
        {
            Reply = typeof(Page<Call>),
            Query =
            [
                new("function", "string", "only of this function"), new("status", "string", string.Join(", ", WireWords.All<CallStatus>())), Parameters.Cursor,
                Parameters.Limit,
            ],
        },
        new("GET", "/v1/calls/{id}", Reader, "Show a call", ShowAsync) { Reply = typeof(Call) },
        new("POST", "/v1/calls/{id}/cancel", TokenRole.Operator, "End an accepted call, and answer when it has ended; 409 when it had ended otherwise before", CancelAsync)
        {
            Reply = typeof(Call),
        },
        new("GET", "/v1/calls/{id}/result", Reader, "The result of a call, as it was; 404 while there is none", ResultAsync) { ReplyMedia = "*/*" },
    ];

    private async Task ListAsync(HttpContext http)
    {
        var ask = new Ask(http);
        CallStatus? status = ask.Text("status") is { } word
            ? WireWords.Find<CallStatus>(word) ?? throw RefusalException.Bad($"status '{word}': give {string.Join(", ", WireWords.All<CallStatus>())}")
            : null;
        var filter = new CallFilter(ask.Text("function"), status, ask.Text("cursor"), ask.Limit());
        await Reply.JsonAsync(http, await functions.ListCallsAsync(filter, http.RequestAborted), FunctionsJson.Default.PageCall);
    }

    private async Task ShowAsync(HttpContext http) =>
        await Reply.JsonAsync(http, await functions.ShowCallAsync(new Ask(http).Part("id"), http.RequestAborted), FunctionsJson.Default.Call);

    private async Task CancelAsync(HttpContext http) =>
        await Reply.JsonAsync(http, await functions.CancelCallAsync(new Ask(http).Part("id"), http.RequestAborted), FunctionsJson.Default.Call);

    private async Task ResultAsync(HttpContext http)
    {
        var call = await functions.ShowCallAsync(new Ask(http).Part("id"), http.RequestAborted);
        var bytes = node.LargeResult(call.Id) ?? (call.Result is { } text ? Encoding.UTF8.GetBytes(text) : null);
        if (call.Status != CallStatus.Done || (bytes is null && call.ResultBytes > 0))
        {
            var gone = call.ResultBytes > 0 ? $", and its {call.ResultBytes} bytes went to whoever called" : "";
            throw RefusalException.NotFound($"call {call.Id} has no result that is kept: it is {WireWords.Of(call.Status)}{gone}");
        }

        http.Response.ContentType = call.ContentType;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        await http.Response.Body.WriteAsync(bytes ?? [], http.RequestAborted);
    }
}
