using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Glovebox.Server.Http;

/// <summary>Errors as RFC 9457 writes them. On fastlane's routes they have its two members (<c>error</c>, <c>operation</c>) too.</summary>
internal static class Problem
{
    public const string ContentType = "application/problem+json";

    public static async Task WriteAsync(HttpContext http, int status, string detail)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Reply.Readable))
        {
            writer.WriteStartObject();
            writer.WriteString("type", "about:blank");
            writer.WriteString("title", ReasonPhrases.GetReasonPhrase(status));
            writer.WriteNumber("status", status);
            writer.WriteString("detail", detail);
            if (!http.Request.Path.StartsWithSegments("/v1"))
            {
                writer.WriteString("error", detail);
                writer.WriteString("operation", http.GetEndpoint()?.Metadata.GetMetadata<Route>()?.Summary ?? "");
            }

            writer.WriteEndObject();
        }

        http.Response.StatusCode = status;
        http.Response.ContentType = ContentType;
        http.Response.ContentLength = buffer.Length;
        if (!HttpMethods.IsHead(http.Request.Method)) await http.Response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), http.RequestAborted);
    }
}
