using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Glovebox.Api.Runs;

namespace Glovebox.Snapshots.Diff;

/// <summary>What differs between two sets of named values (parameters, configuration, metrics), with what lies between two numbers.</summary>
public static class ValueDiff
{
    /// <param name="prefix">Put before each name.</param>
    /// <returns>By name; nested names are joined by dots.</returns>
    public static IReadOnlyList<DiffItem> Of(JsonObject a, JsonObject b, string prefix = "")
    {
        var (from, to) = (Flat(a), Flat(b));
        return
        [
            .. from.Keys.Union(to.Keys).Order(StringComparer.Ordinal)
                .Select(name => (Name: prefix + name, A: from.GetValueOrDefault(name), B: to.GetValueOrDefault(name)))
                .Where(pair => pair.A?.Text != pair.B?.Text)
                .Select(pair => ItemOf(pair.Name, pair.A, pair.B)),
        ];
    }

    private static DiffItem ItemOf(string name, Value? a, Value? b)
    {
        var item = new DiffItem(name, a?.Text, b?.Text);
        if (a?.Number is not { } from || b?.Number is not { } to || !double.IsFinite(to - from)) return item;
        var percent = (to - from) / Math.Abs(from) * 100;
        return item with { Delta = to - from, Percent = double.IsFinite(percent) ? percent : null };
    }

    private static Dictionary<string, Value> Flat(JsonObject values)
    {
        var flat = new Dictionary<string, Value>(StringComparer.Ordinal);
        Collect(values, "", flat);
        return flat;
    }

    private static void Collect(JsonObject values, string front, Dictionary<string, Value> flat)
    {
        foreach (var (name, value) in values)
        {
            if (value is JsonObject { Count: > 0 } inner) Collect(inner, front + name + ".", flat);
            else flat[front + name] = Value.Of(value);
        }
    }

    private sealed record Value(string Text, double? Number)
    {
        public static Value Of(JsonNode? node)
        {
            var text = node?.ToJsonString() ?? "null";
            return new Value(text, node?.GetValueKind() == JsonValueKind.Number ? double.Parse(text, CultureInfo.InvariantCulture) : null);
        }
    }
}
