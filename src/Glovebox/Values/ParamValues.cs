using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Glovebox.Api;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Glovebox.Values;

/// <summary>Parameters as typed on a command line (<c>lr=0.1</c>), turned into typed values by the rules of YAML 1.2's core schema.</summary>
internal static class ParamValues
{
    private static readonly SearchValues<char> YamlSigns = SearchValues.Create("[]{}'\"#&*!|>%@`:");

    /// <exception cref="RefusalException">A pair has no '=', an empty or repeated name, or a value that is not YAML.</exception>
    public static JsonObject Parse(IReadOnlyList<string> pairs)
    {
        var values = new JsonObject();
        foreach (var pair in pairs)
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0) throw RefusalException.Bad($"parameter '{pair}' is not NAME=VALUE");
            var name = pair[..at];
            if (values.ContainsKey(name)) throw RefusalException.Bad($"parameter '{name}' is given twice");
            values[name] = ValueOf(name, pair[(at + 1)..]);
        }

        return values;
    }

    /// <summary>Puts parameters in place of <c>{name}</c> in each word; braces that name no parameter stay.</summary>
    public static IReadOnlyList<string> Fill(IReadOnlyList<string> words, JsonObject values)
    {
        if (values.Count == 0) return words;
        return [.. words.Select(word => values.Aggregate(word, (text, value) =>
            text.Replace("{" + value.Key + "}", TextOf(value.Value), StringComparison.Ordinal)))];
    }

    /// <summary>A value as a word of a command: texts bare, everything else as JSON.</summary>
    public static string TextOf(JsonNode? value) => value switch
    {
        null => "",
        JsonValue v when v.TryGetValue<string>(out var text) => text,
        _ => value.ToJsonString(),
    };

    /// <summary>The values of a JSON or YAML file, which is one mapping; an empty file has none.</summary>
    /// <param name="name">Of the file, for messages.</param>
    /// <exception cref="RefusalException">It is neither, or no mapping.</exception>
    public static JsonObject ParseFile(string text, string name)
    {
        try
        {
            // JSON is YAML, but not every parser of the one takes all of the other.
            if (text.AsSpan().TrimStart().StartsWith("{") && JsonNode.Parse(text) is JsonObject values) return values;
        }
        catch (JsonException)
        {
            // A flow mapping of YAML begins like this too.
        }
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents.Count == 0) return [];
            return NodeOf(stream.Documents[0].RootNode) switch
            {
                JsonObject map => map,
                null => [],
                _ => throw RefusalException.Bad($"{name}: holds no mapping of names to values"),
            };
        }
        catch (YamlException error)
        {
            throw RefusalException.Bad($"{name}: neither JSON nor YAML: {error.Message}");
        }
    }

    private static JsonNode? ValueOf(string name, string text)
    {
        if (text.Length == 0) return JsonValue.Create("");
        // Plain words need no parser, and most values are plain words.
        if (!text.AsSpan().ContainsAny(YamlSigns)) return Scalar(text);
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents.Count == 0 ? JsonValue.Create(text) : NodeOf(stream.Documents[0].RootNode);
        }
        catch (YamlException error)
        {
            throw RefusalException.Bad($"parameter '{name}': {text} is not YAML ({error.Message}); put quotes around a text with special signs");
        }
    }

    private static JsonNode? NodeOf(YamlNode node) => node switch
    {
        YamlScalarNode { Style: ScalarStyle.Plain } plain => Scalar(plain.Value ?? ""),
        YamlScalarNode quoted => JsonValue.Create(quoted.Value ?? ""),
        YamlSequenceNode list => new JsonArray([.. list.Select(NodeOf)]),
        YamlMappingNode map => new JsonObject(map.Children.Select(pair =>
            KeyValuePair.Create(((YamlScalarNode)pair.Key).Value ?? "", NodeOf(pair.Value)))),
        _ => null,
    };

    /// <summary>A plain word by the rules of YAML's core schema.</summary>
    public static JsonValue? Scalar(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "true" or "True" or "TRUE" => JsonValue.Create(true),
        "false" or "False" or "FALSE" => JsonValue.Create(false),
        _ => Number(text) ?? JsonValue.Create(text),
    };

    private static JsonValue? Number(string text)
    {
        const NumberStyles whole = NumberStyles.AllowLeadingSign;
        const NumberStyles real = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (!text.AsSpan().ContainsAnyInRange('0', '9')) return null;
        if (long.TryParse(text, whole, CultureInfo.InvariantCulture, out var integer)) return JsonValue.Create(integer);
        return double.TryParse(text, real, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? JsonValue.Create(number) : null;
    }
}
