using System.Net;
using System.Text.Json;

namespace Glovebox.Api.Jobs.Remote;

/// <summary>Problem details (RFC 9457), read back.</summary>
internal static class Refusals
{
    public static RefusalException Of(HttpStatusCode status, byte[] body) => new(Kind(status), Detail(body) ?? $"the server answered {(int)status} ({status})");

    private static RefusalKind Kind(HttpStatusCode status) => status switch
    {
        HttpStatusCode.NotFound => RefusalKind.NotFound,
        HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed => RefusalKind.Conflict,
        >= HttpStatusCode.InternalServerError => RefusalKind.Unable,
        _ => RefusalKind.Bad,
    };

    private static string? Detail(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("detail", out var detail) ? detail.GetString() : null;
        }
        catch (JsonException)
        {
            // Some proxy's page: the status has to do.
            return null;
        }
    }
}
