using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Glovebox.Server.Http;

/// <summary>What goes back.</summary>
internal static class Reply
{
    public static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Task JsonAsync<T>(HttpContext http, T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK) =>
        BytesAsync(http, JsonSerializer.SerializeToUtf8Bytes(value, type), status);

    /// <summary>For shapes that only fastlane has.</summary>
    public static async Task JsonAsync(HttpContext http, JsonNode value, int status = StatusCodes.Status200OK)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Readable)) value.WriteTo(writer);
        await BytesAsync(http, buffer.ToArray(), status);
    }

    public static void NoContent(HttpContext http) => http.Response.StatusCode = StatusCodes.Status204NoContent;

    public static void Tag(HttpContext http, long version) => http.Response.Headers.ETag = EntityTag.Of(version);

    private static async Task BytesAsync(HttpContext http, byte[] json, int status)
    {
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = json.Length;
        // A page must not take a log or a name in it for a script of ours.
        response.Headers.XContentTypeOptions = "nosniff";
        if (!HttpMethods.IsHead(http.Request.Method)) await response.Body.WriteAsync(json, http.RequestAborted);
    }
}
