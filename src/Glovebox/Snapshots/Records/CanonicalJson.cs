using System.Text.Json;
using System.Text.Json.Nodes;

namespace Glovebox.Snapshots.Records;

/// <summary>
/// The one text of a JSON value: names in ordinal order, no spaces, numbers in the shortest form that reads back as the same number, so that
/// 1.0, 1e0 and 1 are one.
/// </summary>
internal static class CanonicalJson
{
    public static byte[] Write(JsonNode? value)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes)) Write(json, value);
        return bytes.ToArray();
    }

    public static bool Equal(JsonNode? a, JsonNode? b) => Write(a).AsSpan().SequenceEqual(Write(b));

    private static void Write(Utf8JsonWriter json, JsonNode? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case JsonObject map:
                json.WriteStartObject();
                foreach (var (name, item) in map.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    json.WritePropertyName(name);
                    Write(json, item);
                }
                json.WriteEndObject();
                break;
            case JsonArray list:
                json.WriteStartArray();
                foreach (var item in list) Write(json, item);
                json.WriteEndArray();
                break;
            case JsonValue scalar when scalar.GetValueKind() == JsonValueKind.Number:
                WriteNumber(json, scalar);
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, JsonValue number)
    {
        using var read = JsonDocument.Parse(number.ToJsonString());
        var element = read.RootElement;
        if (element.TryGetInt64(out var whole)) json.WriteNumberValue(whole);
        else if (element.TryGetDouble(out var real) && double.IsFinite(real))
        {
            const double ExactlyWhole = 1L << 53;
            if (Math.Truncate(real) == real && Math.Abs(real) <= ExactlyWhole) json.WriteNumberValue((long)real);
            else json.WriteNumberValue(real);
        }
        else element.WriteTo(json);
    }
}
