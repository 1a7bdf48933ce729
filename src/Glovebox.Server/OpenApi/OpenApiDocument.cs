using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Glovebox.Api.Access;
using Glovebox.Server.Http;

namespace Glovebox.Server.OpenApi;

/// <summary>The native API in the form of OpenAPI 3.1.1, made from the routes that are served and the records that go over them.</summary>
internal static partial class OpenApiDocument
{
    public const string Path = "/openapi/v1.json";

    public static Route Route(IReadOnlyList<Route> native, string version)
    {
        var document = new Lazy<JsonObject>(() => Of(native, version));
        return new Route("GET", Path, TokenRole.Reader, "This description", http => Reply.JsonAsync(http, document.Value));
    }

    public static JsonObject Of(IReadOnlyList<Route> native, string version)
    {
        var (paths, schemas) = (new JsonObject(), new JsonObject { ["Problem"] = Refused.Schema() });
        foreach (var route in native)
        {
            var path = PartOfPath().Replace(route.Pattern, "{${name}}");
            if (paths[path] is not JsonObject operations) paths[path] = operations = [];
            operations[route.Method.ToLowerInvariant()] = Operation(route, schemas);
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject { ["title"] = "Glovebox", ["version"] = version, ["description"] = "A durable queue of container work." },
            ["security"] = new JsonArray(new JsonObject { ["token"] = new JsonArray() }, new JsonObject()),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = schemas,
                ["responses"] = Refused.Components(),
                ["securitySchemes"] = new JsonObject { ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } },
            },
        };
    }

    private static JsonObject Operation(Route route, JsonObject schemas)
    {
        var operation = new JsonObject
        {
            ["summary"] = route.Summary,
            ["operationId"] = OperationId(route),
            ["tags"] = new JsonArray(route.Pattern.Split('/') is [_, "v1", var tag, ..] ? tag : "status"),
            ["description"] = route.Needs is { } role ? $"Role: {role.ToString().ToLowerInvariant()}." : "Needs no token.",
            ["parameters"] = new JsonArray([.. InPath(route), .. route.Query.Select(p => In("query", p)), .. route.Headers.Select(p => In("header", p))]),
        };
        if (route.Needs is null) operation["security"] = new JsonArray();
        if (route.Body is not null || route.BodyMedia.Count > 0) operation["requestBody"] = RequestBody(route, schemas);
        var responses = new JsonObject { [$"{route.Status}"] = Success(route, "done", schemas) };
        if (route.Also is { } also) responses[$"{also.Status}"] = Success(route, also.When, schemas);
        foreach (var (status, refusal) in Refused.Of(route)) responses[status] = refusal;
        operation["responses"] = responses;
        return operation;
    }

    private static JsonObject RequestBody(Route route, JsonObject schemas)
    {
        var content = route.Body is { } body ? Content(body, schemas) : [];
        foreach (var media in route.BodyMedia) content[media] = new JsonObject();
        return new JsonObject { ["required"] = route.Body is not null, ["content"] = content };
    }

    private static JsonObject Success(Route route, string description, JsonObject schemas)
    {
        var success = new JsonObject { ["description"] = description };
        if (route.Reply is { } reply) success["content"] = Content(reply, schemas);
        else if (route.ReplyMedia is { } media) success["content"] = new JsonObject { [media] = new JsonObject() };
        return success;
    }

    private static IEnumerable<JsonObject> InPath(Route route) =>
        PartOfPath().Matches(route.Pattern).Select(match => In("path", OfPath(match.Groups["name"].Value), required: true));

    private static Parameter OfPath(string name) => new(name, "string", name switch
    {
        "id" => "any unique part of 4 or more characters",
        "path" => "a path, with its slashes",
        "name" => "a name; a slash in it is written %2F",
        _ => $"the name of the {name}",
    });

    private static JsonObject In(string place, Parameter parameter, bool required = false) => new()
    {
        ["name"] = parameter.Name,
        ["in"] = place,
        ["required"] = required,
        ["description"] = parameter.Meaning,
        ["schema"] = new JsonObject { ["type"] = parameter.Kind },
    };

    private static JsonObject Content(Type type, JsonObject schemas)
    {
        var name = Schemas.Name(type);
        if (!schemas.ContainsKey(name)) schemas[name] = Schemas.Of(type, $"#/components/schemas/{name}");
        return new JsonObject { ["application/json"] = new JsonObject { ["schema"] = Reference(name) } };
    }

    private static JsonObject Reference(string name) => new() { ["$ref"] = $"#/components/schemas/{name}" };

    private static string OperationId(Route route)
    {
        var words = route.Pattern.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != "v1")
            .Select(part => PartOfPath().Replace(part, "by-${name}").TrimStart('*'));
        return $"{route.Method.ToLowerInvariant()}-{string.Join('-', words)}";
    }

    [GeneratedRegex(@"\{\**(?<name>\w+)\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PartOfPath();
}
