using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Glovebox.Api.Functions;
using Glovebox.Api.Jobs;

namespace Glovebox.Server.OpenApi;

/// <summary>Records as JSON Schema. A job's is wider than the record: it is what people may write, and the reader takes.</summary>
internal static class Schemas
{
    private static readonly JsonSchemaExporterOptions Plain = new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Times };

    private static readonly JsonSchemaExporterOptions Written = new()
    {
        TreatNullObliviousAsNonNullable = true, TransformSchemaNode = (context, schema) => AsWritten(context, Times(context, schema)),
    };

    /// <param name="root">Where the schema will be in the document: the exporter's references count from the schema's own root.</param>
    public static JsonNode Of(Type type, string root) => InPlace(OptionsOf(type).GetJsonSchemaAsNode(type, type == typeof(JobSpec) ? Written : Plain), root);

    public static string Name(Type type) => type.IsGenericType
        ? $"{type.GetGenericArguments()[0].Name}{(type.Name.StartsWith("Page", StringComparison.Ordinal) ? "Page" : "List")}"
        : type.Name;

    private static JsonSerializerOptions OptionsOf(Type type) =>
        JobsJson.Default.GetTypeInfo(type) is null ? FunctionsJson.Default.Options : JobsJson.Default.Options;

    /// <summary>The exporter does not know what a converter writes.</summary>
    private static JsonNode Times(JsonSchemaExporterContext context, JsonNode schema)
    {
        var type = context.PropertyInfo?.PropertyType;
        if (type != typeof(DateTimeOffset) && type != typeof(DateTimeOffset?)) return schema;
        return new JsonObject { ["type"] = type == typeof(DateTimeOffset) ? "string" : new JsonArray("string", "null"), ["format"] = "date-time" };
    }

    private static JsonNode AsWritten(JsonSchemaExporterContext context, JsonNode schema)
    {
        if (schema is not JsonObject members) return schema;
        if (members["required"] is JsonArray)
        {
            var needed = context.TypeInfo.Properties.Where(IsNeeded).Select(property => (JsonNode?)property.Name).ToArray();
            members.Remove("required");
            if (needed.Length > 0) members["required"] = new JsonArray(needed);
        }

        switch (context.PropertyInfo?.Name)
        {
            case "command":
                return Either(new JsonObject { ["type"] = "string", ["description"] = "split as a shell splits it" }, members);
            case "batch":
                return Either(new JsonObject { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = "array" } }, members);
            case "content":
                members["contentEncoding"] = "base64";
                break;
            case "variables" or "headers":
                members["additionalProperties"] = new JsonObject { ["type"] = new JsonArray("string", "number", "boolean") };
                break;
            case { } name when name == "startIn" || name.EndsWith("Seconds", StringComparison.Ordinal):
                Widen(members, "a duration: seconds, or a text such as 2h30m");
                break;
            case { } name when name.EndsWith("Bytes", StringComparison.Ordinal):
                Widen(members, "a size: bytes, or a text such as 512m");
                break;
        }

        return members;
    }

    /// <summary>Of a record's parameters only texts have no default: what is left out is none, or the usual.</summary>
    private static bool IsNeeded(JsonPropertyInfo property) => property.IsRequired
        || (property.PropertyType == typeof(string) && property.AssociatedParameter is { IsNullable: false, HasDefaultValue: false });

    private static JsonObject Either(JsonObject one, JsonObject other) => new() { ["anyOf"] = new JsonArray(one, other) };

    private static void Widen(JsonObject members, string description)
    {
        var types = members["type"] is JsonArray several ? several.Select(type => (string)type!) : [(string)members["type"]!];
        members["type"] = new JsonArray([.. types.Append("string").Select(type => (JsonNode?)type)]);
        members["description"] = description;
    }

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
}
