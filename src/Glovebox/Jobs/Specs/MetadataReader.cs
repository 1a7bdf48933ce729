using System.Text.Json;
using System.Text.Json.Nodes;
using Glovebox.Api;
using Node = System.Text.Json.Nodes.JsonValue;

namespace Glovebox.Jobs.Specs;

/// <summary>The user's own JSON, read through and through: what a database could not keep (lone surrogates, endless numbers) is refused now.</summary>
internal static class MetadataReader
{
    /// <exception cref="RefusalException">No object, or something in it cannot be kept.</exception>
    public static JsonObject Read(JsonValue value)
    {
        value.Expect(JsonValueKind.Object, "an object");
        var result = new JsonObject();
        foreach (var (name, item) in value.Map("anything", Any)) result.Add(name, item.Node);
        return result;
    }

    private static Box Any(JsonValue value) => new(value.Element.ValueKind switch
    {
        JsonValueKind.Object => Read(value),
        JsonValueKind.Array => new JsonArray([.. value.List("anything", Any).Select(item => item.Node)]),
        JsonValueKind.String => Node.Create(value.Text()),
        JsonValueKind.Number => Number(value),
        JsonValueKind.True or JsonValueKind.False => Node.Create(value.Truth()),
        _ => null,
    });

    private static JsonNode? Number(JsonValue value)
    {
        value.Number();
        return JsonNode.Parse(value.Element.GetRawText());
    }

    /// <summary>A JSON null is a value here.</summary>
    private readonly record struct Box(JsonNode? Node);
}
