using System.Globalization;
using Glovebox.Api;
using Glovebox.Api.Access;
using Glovebox.Api.Functions;
using Glovebox.Api.Jobs;
using Glovebox.Functions;
using Glovebox.Functions.Calls;
using Glovebox.Functions.Pool;
using Glovebox.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Route = Glovebox.Server.Http.Route;

namespace Glovebox.Server.Functions;

/// <summary>
/// <c>/v1/functions/REFERENCE/call</c>: the way that is gone most often. Bytes in, bytes out; nothing is parsed, and no store is asked before the
/// reply. REFERENCE is NAME, NAME:ALIAS or NAME@VERSION. What follows <c>/call</c> is the path of a function with a server of its own.
/// </summary>
internal sealed class CallEndpoint(IFunctions functions, FunctionNode node, CallPassing passing)
{
    private const string Pattern = "/v1/functions/{name}/call";
    private const string Deep = Pattern + "/{**path}";
    private const string Json = "application/json";

    private static readonly string[] Others = ["GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"];
    private static readonly Parameter Async = new("async", "boolean", "answer 202 with the call when it is stored, and make it as soon as there is room");
    private static readonly Parameter[] Asked =
    [
        new("Prefer", "string", "respond-async: as async=true"),
        new("Glovebox-Callback", "string", "a URL that gets a signed POST when an asynchronous call has ended"),
    ];

    public IEnumerable<Route> Routes() =>
    [
        Serve("POST", Pattern, "Call a function: the body is its parameters, the answer its result") with { Query = [Async], Headers = Asked },
        Serve("POST", Deep, "Call a function that has a server of its own, at a path of it"),
        .. Others.Select(method => Serve(method, Pattern, "Call a function with this method")),
        .. Others.Select(method => Serve(method, Deep, "Call a function with this method, at a path of it")),
    ];

    private Route Serve(string method, string pattern, string summary) => new(method, pattern, TokenRole.Operator, summary, CallAsync) { ReplyMedia = "*/*", StaysOnThread = true };

    private async Task CallAsync(HttpContext http)
    {
        var reference = (string)http.GetRouteValue("name")!;
        if (IsAsync(http.Request))
        {
            await AcceptAsync(http, reference);
            return;
        }

        if (node.Calls.Find(reference) is not { } served)
        {
            var place = await node.PlaceAsync(reference, http.RequestAborted);
            if (await passing.TryAsync(http, place)) return;
            served = await node.Calls.FindAsync(place.Reference, http.RequestAborted);
        }

        var bare = http.Request.ContentLength is null or 0 && !http.Request.Headers.ContainsKey("Transfer-Encoding");
        var body = bare ? default : await Body.ReadAsync(http, BodyLimit);
        var headers = served.Plan.Contract is ContractKind.Executable or ContractKind.Thesis ? null : new CallHeaders(http.Request.Headers);
        var request = new CallRequest(node.Calls.NewId(), http.Request.ContentType ?? "", body, http.Request.Method, PathOf(http), headers);
        var cancellation = served.Spec.CancelOnDisconnect ? http.RequestAborted : CancellationToken.None;
        try
        {
            var reply = await node.Calls.CallAsync(served, request, cancellation);
            await AnswerAsync(http, request.Id, reply, cancellation);
        }
        catch (BusyException busy)
        {
            http.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(busy.RetryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            await Problem.WriteAsync(http, StatusCodes.Status429TooManyRequests, busy.Message);
        }
    }

    private const int BodyLimit = 32 << 20;

    private async Task AcceptAsync(HttpContext http, string reference)
    {
        var callback = http.Request.Headers["Glovebox-Callback"].ToString();
        var input = new CallInput(await Body.ReadAsync(http), http.Request.ContentType ?? Json, callback.Length == 0 ? null : callback);
        var call = await functions.SubmitAsync(reference, input, http.RequestAborted);
        http.Response.Headers.Location = $"/v1/calls/{call.Id}";
        http.Response.Headers["Glovebox-Call"] = call.Id;
        await Reply.JsonAsync(http, call, FunctionsJson.Default.Call, StatusCodes.Status202Accepted);
    }

    private static async Task AnswerAsync(HttpContext http, string id, CallReply reply, CancellationToken cancellation)
    {
        var response = http.Response;
        if (reply.Status != CallStatus.Done)
        {
            await FailAsync(http, id, reply, reply.Status, reply.HttpStatus, reply.Error);
            return;
        }

        if (reply.Headers is { } own)
            foreach (var (name, value) in own)
                if (!HopByHop.Has(name)) response.Headers.Append(name, value);
        Mark(response, id, reply);
        response.StatusCode = reply.HttpStatus;
        response.ContentType = reply.ContentType;
        if (reply.Stream is { } stream)
        {
            try
            {
                await SendAsync(response, stream, cancellation);
            }
            catch (BrokenReplyException broken) when (!response.HasStarted)
            {
                response.Clear();
                await FailAsync(http, id, reply, broken.Status, broken.HttpStatus, broken.Message);
            }

            return;
        }

        if (reply.HttpStatus is StatusCodes.Status204NoContent or StatusCodes.Status304NotModified || HttpMethods.IsHead(http.Request.Method)) return;
        response.ContentLength = reply.Body.Length;
        await response.BodyWriter.WriteAsync(reply.Body, http.RequestAborted);
    }

    private static async Task SendAsync(HttpResponse response, IAsyncEnumerable<ReadOnlyMemory<byte>> stream, CancellationToken cancellation)
    {
        await foreach (var piece in stream.WithCancellation(cancellation))
        {
            await response.BodyWriter.WriteAsync(piece, cancellation);
            await response.BodyWriter.FlushAsync(cancellation);
        }
    }

    private static async Task FailAsync(HttpContext http, string id, CallReply reply, CallStatus status, int code, string? error)
    {
        Mark(http.Response, id, reply);
        http.Response.Headers["Glovebox-Status"] = WireWords.Of(status);
        await Problem.WriteAsync(http, code, error ?? WireWords.Of(status));
    }

    private static void Mark(HttpResponse response, string id, CallReply reply)
    {
        response.Headers["Glovebox-Call"] = id;
        response.Headers["Glovebox-Cold"] = reply.Cold ? "true" : "false";
        response.Headers["Server-Timing"] = ServerTiming.Of(reply.Timings);
    }

    /// <summary>A path, its query and other methods are the function's own.</summary>
    private static bool IsAsync(HttpRequest request)
    {
        if (!HttpMethods.IsPost(request.Method) || request.RouteValues["path"] is not null) return false;
        if (request.QueryString.HasValue && request.Query.TryGetValue("async", out var flag)) return flag.ToString() is "" or "true";
        return request.Headers["Prefer"].ToString().Contains("respond-async", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>What followed <c>/call</c>, with its query.</summary>
    private static string PathOf(HttpContext http) =>
        http.GetRouteValue("path") is string path ? $"/{path}{http.Request.QueryString}"
        : http.Request.QueryString.HasValue ? $"/{http.Request.QueryString}"
        : "";
}
