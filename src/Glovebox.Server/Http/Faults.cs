using System.Text.Json;
using Glovebox.Api;
using Glovebox.Server.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Glovebox.Server.Http;

/// <summary>The one place where a failure becomes a reply.</summary>
internal sealed class Faults(ILoggerFactory logs)
{
    private readonly ILogger _log = logs.CreateLogger("Glovebox.Server");

    public async Task GuardAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
            await ExplainAsync(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked has gone.
        }
        catch (Exception failure)
        {
            await TellAsync(http, failure);
        }
    }

    private async Task TellAsync(HttpContext http, Exception failure)
    {
        var (status, detail) = Describe(http, failure);
        if (status == StatusCodes.Status500InternalServerError) _log.LogError(failure, "{Method} {Path} failed", http.Request.Method, http.Request.Path);
        if (http.Response.HasStarted)
        {
            // Half an answer must not look like a whole one.
            http.Abort();
            return;
        }

        http.Response.Clear();
        if (status == StatusCodes.Status401Unauthorized) http.Response.Headers.WWWAuthenticate = "Bearer, Basic realm=\"glovebox\", charset=\"UTF-8\"";
        if (status == StatusCodes.Status503ServiceUnavailable) http.Response.Headers.RetryAfter = "5";
        await Problem.WriteAsync(http, status, detail);
    }

    private static (int Status, string Detail) Describe(HttpContext http, Exception failure) => failure switch
    {
        RefusalException refusal => (StatusOf(refusal.Kind, http.Request), refusal.Message),
        DenialException denial => (denial.Status, denial.Message),
        UnsupportedMediaException media => (StatusCodes.Status415UnsupportedMediaType, media.Message),
        BodyTooLargeException large => (StatusCodes.Status413PayloadTooLarge, $"the body is larger than {large.Largest >> 20} MB. Put large files where the code can reach them (a volume)"),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => (StatusCodes.Status413PayloadTooLarge, "the body is larger than this takes"),
        BadHttpRequestException bad => (bad.StatusCode, bad.Message),
        JsonException json => (StatusCodes.Status400BadRequest, $"the body is not JSON: {json.Message}"),
        IOException { InnerException: null } io => (StatusCodes.Status503ServiceUnavailable, io.Message),
        _ => (StatusCodes.Status500InternalServerError, $"this is a bug in Glovebox: {failure.GetType().Name}. The server's log has more"),
    };

    private static int StatusOf(RefusalKind kind, HttpRequest request) => kind switch
    {
        RefusalKind.Bad => StatusCodes.Status400BadRequest,
        RefusalKind.NotFound => StatusCodes.Status404NotFound,
        RefusalKind.Conflict when request.Headers.IfMatch.Count + request.Headers.IfNoneMatch.Count > 0 => StatusCodes.Status412PreconditionFailed,
        RefusalKind.Conflict => StatusCodes.Status409Conflict,
        _ => StatusCodes.Status503ServiceUnavailable,
    };

    /// <summary>Routing answers with a bare status; a person needs to know what there is.</summary>
    private static async Task ExplainAsync(HttpContext http)
    {
        if (http.Response.HasStarted || http.Response.ContentLength is > 0) return;
        if (http.GetEndpoint()?.Metadata.GetMetadata<Route>() is not null) return;
        var (method, path) = (http.Request.Method, http.Request.Path);
        if (http.Response.StatusCode == StatusCodes.Status405MethodNotAllowed)
            await Problem.WriteAsync(http, StatusCodes.Status405MethodNotAllowed, $"{method} is not for {path}: it takes {http.Response.Headers.Allow}");
        else if (http.Response.StatusCode == StatusCodes.Status404NotFound)
            await Problem.WriteAsync(http, StatusCodes.Status404NotFound, $"{path}: no such path. GET /openapi/v1.json lists all there are");
    }
}

/// <summary>The body is of a kind that nobody reads here.</summary>
internal sealed class UnsupportedMediaException(string message) : Exception(message);

/// <summary>The body is larger than this route takes.</summary>
/// <param name="largest">Bytes.</param>
internal sealed class BodyTooLargeException(int largest) : Exception
{
    public int Largest { get; } = largest;
}
