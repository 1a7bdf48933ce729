using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Glovebox.Runs.Tracking;

/// <summary>Single values as they are kept: JSON, where numbers that JSON cannot write are the texts "NaN", "Infinity" and "-Infinity".</summary>
internal static class Scalars
{
    /// <summary>Null for a nested value.</summary>
    public static JsonValue? Of(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number when element.TryGetInt64(out var whole) => JsonValue.Create(whole),
        JsonValueKind.Number => Of(element.GetDouble()),
        JsonValueKind.String => JsonValue.Create(element.GetString()),
        JsonValueKind.True or JsonValueKind.False => JsonValue.Create(element.GetBoolean()),
        _ => null,
    };

    public static JsonValue Of(double number) =>
        double.IsFinite(number) ? JsonValue.Create(number) : JsonValue.Create(number.ToString(CultureInfo.InvariantCulture))!;

    /// <summary>The value as a number, the three texts included; null when it is none.</summary>
    public static double? NumberOf(JsonNode? node)
    {
        if (node is not JsonValue value) return null;
        if (value.TryGetValue(out double number)) return number;
        if (value.TryGetValue(out long whole)) return whole;
        if (value.TryGetValue(out int small)) return small;
        return value.TryGetValue<string>(out var text) ? Infinite(text) : null;
    }

    private static double? Infinite(string? text) => text switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        _ => null,
    };

    /// <summary>Every single value of an object, nested names joined by dots; lists are left out.</summary>
    public static void Flatten(JsonElement element, string prefix, Action<string, JsonNode?> add)
    {
        foreach (var property in element.EnumerateObject())
        {
            var name = prefix + property.Name;
            if (property.Value.ValueKind == JsonValueKind.Object) Flatten(property.Value, name + ".", add);
            else if (property.Value.ValueKind == JsonValueKind.Null) add(name, null);
            else if (Of(property.Value) is { } value) add(name, value);
        }
    }
}
