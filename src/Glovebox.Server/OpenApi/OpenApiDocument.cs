using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.RegularExpressions;
using Glovebox.Api.Access;
using Glovebox.Api.Functions;
using Glovebox.Api.Jobs;
using Glovebox.Server.Http;

namespace Glovebox.Server.OpenApi;

/// <summary>The native API in the form of OpenAPI 3.1.1, made from the routes that are served and the records that go over them.</summary>
internal static partial class OpenApiDocument
{
    private static readonly JsonSchemaExporterOptions Exporting = new() { TreatNullObliviousAsNonNullable = true };

    public const string Path = "/openapi/v1.json";

    public static Route Route(IReadOnlyList<Route> native, string version)
    {
        var document = new Lazy<JsonObject>(() => Of(native, version));
        return new Route("GET", Path, TokenRole.Reader, "This description", http => Reply.JsonAsync(http, document.Value));
    }

    public static JsonObject Of(IReadOnlyList<Route> native, string version)
    {
        var (paths, schemas) = (new JsonObject(), new JsonObject { ["Problem"] = ProblemSchema() });
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
        if (route.Body is { } body) operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Content(body, schemas) };
        var success = new JsonObject { ["description"] = "done" };
        if (route.Reply is { } reply) success["content"] = Content(reply, schemas);
        else if (route.ReplyMedia is { } media) success["content"] = new JsonObject { [media] = new JsonObject() };
        operation["responses"] = new JsonObject
        {
            [$"{route.Status}"] = success,
            ["default"] = new JsonObject
            {
                ["description"] = "refused: 'detail' names the thing, the reason and the mend",
                ["content"] = new JsonObject { [Problem.ContentType] = new JsonObject { ["schema"] = Reference("Problem") } },
            },
        };
        return operation;
    }

    private static IEnumerable<JsonObject> InPath(Route route) =>
        PartOfPath().Matches(route.Pattern).Select(match => In("path", new Parameter(match.Groups["name"].Value, "string", ""), required: true));

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
        var name = Name(type);
        if (!schemas.ContainsKey(name))
            schemas[name] = InPlace(OptionsOf(type).GetJsonSchemaAsNode(type, Exporting), $"#/components/schemas/{name}");
        return new JsonObject { ["application/json"] = new JsonObject { ["schema"] = Reference(name) } };
    }

    private static JsonSerializerOptions OptionsOf(Type type) =>
        JobsJson.Default.GetTypeInfo(type) is null ? FunctionsJson.Default.Options : JobsJson.Default.Options;

    /// <summary>The exporter's references count from the schema's own root.</summary>
    private static JsonNode InPlace(JsonNode schema, string root)
    {
        if (schema is JsonObject members)
        {
            foreach (var (_, member) in members.ToList())
                if (member is not null) InPlace(member, root);
            if (members["$ref"] is JsonValue value && value.TryGetValue(out string? reference) && reference.StartsWith('#'))
                members["$ref"] = $"{root}{reference[1..]}";
        }
        else if (schema is JsonArray items)
        {
            foreach (var item in items)
                if (item is not null) InPlace(item, root);
        }

        return schema;
    }

    private static string Name(Type type) => type.IsGenericType
        ? $"{type.GetGenericArguments()[0].Name}{(type.Name.StartsWith("Page", StringComparison.Ordinal) ? "Page" : "List")}"
        : type.Name;

    private static JsonObject Reference(string name) => new() { ["$ref"] = $"#/components/schemas/{name}" };

    private static string OperationId(Route route)
    {
        var words = route.Pattern.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != "v1")
            .Select(part => PartOfPath().Replace(part, "by-${name}").TrimStart('*'));
        return $"{route.Method.ToLowerInvariant()}-{string.Join('-', words)}";
    }

    private static JsonObject ProblemSchema()
    {
        var text = JsonValue.Create("string");
        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["type"] = new JsonObject { ["type"] = text.DeepClone() },
                ["title"] = new JsonObject { ["type"] = text.DeepClone() },
                ["status"] = new JsonObject { ["type"] = "integer" },
                ["detail"] = new JsonObject { ["type"] = text.DeepClone() },
            },
        };
    }

    [GeneratedRegex(@"\{\**(?<name>\w+)\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PartOfPath();
}
