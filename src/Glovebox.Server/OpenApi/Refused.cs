using System.Text.Json.Nodes;
using Glovebox.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Glovebox.Server.OpenApi;

/// <summary>The refusals of the API: each a status and problem details.</summary>
internal static class Refused
{
    private static readonly (int Status, string Why)[] All =
    [
        (400, "the request is wrong: 'detail' names the field, parameter or header, and the mend"), (401, "a token is needed, or the one that came is none of ours"),
        (403, "the token's role may not do this, or the request comes from a web page of another origin"), (404, "what the path names is not there"),
        (409, "it contradicts what is there"), (412, "If-Match or If-None-Match does not hold"), (413, "the body is too large"),
        (415, "the body is not JSON"), (503, "the store or another node cannot be reached, or the machine cannot do it now: try again later"),
    ];

    /// <summary>For the document's components, by the names that <see cref="Of"/> refers to.</summary>
    public static JsonObject Components() => new(All.Select(refusal => KeyValuePair.Create($"Refused{refusal.Status}", (JsonNode?)Response(refusal.Why))));

    /// <summary>Those that a route has, and one for whatever else may come.</summary>
    public static IEnumerable<KeyValuePair<string, JsonNode?>> Of(Route route)
    {
        foreach (var (status, _) in All)
            if (Has(route, status)) yield return KeyValuePair.Create($"{status}", (JsonNode?)new JsonObject { ["$ref"] = $"#/components/responses/Refused{status}" });
        yield return KeyValuePair.Create("default", (JsonNode?)Response("refused: 'detail' names the thing, the reason and the mend"));
    }

    public static JsonObject Schema() => new()
    {
        ["type"] = "object",
        ["description"] = "Problem details, RFC 9457",
        ["required"] = new JsonArray("type", "title", "status", "detail"),
        ["properties"] = new JsonObject
        {
            ["type"] = new JsonObject { ["type"] = "string" },
            ["title"] = new JsonObject { ["type"] = "string" },
            ["status"] = new JsonObject { ["type"] = "integer" },
            ["detail"] = new JsonObject { ["type"] = "string" },
        },
    };

    private static bool Has(Route route, int status) => status switch
    {
        400 or 401 => route.Needs is not null,
        404 => route.Pattern.Contains('{', StringComparison.Ordinal),
        409 => !HttpMethods.IsGet(route.Method) && route.Pattern.Contains('{', StringComparison.Ordinal),
        412 => route.Headers.Any(header => header.Name.StartsWith("If-", StringComparison.Ordinal)),
        413 => route.Body is not null || route.BodyMedia.Count > 0,
        415 => route.Body is not null && route.BodyMedia.Count == 0,
        _ => true,
    };

    private static JsonObject Response(string why) => new()
    {
        ["description"] = why,
        ["content"] = new JsonObject { [Problem.ContentType] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = "#/components/schemas/Problem" } } },
    };
}
