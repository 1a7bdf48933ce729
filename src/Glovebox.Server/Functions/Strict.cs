using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Glovebox.Api;
using Glovebox.Spelling;

namespace Glovebox.Server.Functions;

/// <summary>JSON objects whose every member is known.</summary>
internal static class Strict
{
    /// <exception cref="RefusalException">A member is unknown, missing or of the wrong kind: names it.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> json, JsonTypeInfo<T> type)
    {
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object) throw RefusalException.Bad("the body must be a JSON object");
        var known = type.Properties.Select(property => property.Name).ToList();
        foreach (var member in document.RootElement.EnumerateObject())
            if (!known.Contains(member.Name)) throw RefusalException.Bad($"there is no field '{member.Name}'{Nearest.Hint(member.Name, known)}. The fields are: {string.Join(", ", known)}");
        try
        {
            return document.RootElement.Deserialize(type)!;
        }
        catch (JsonException wrong)
        {
            throw RefusalException.Bad(wrong.Path is { Length: > 1 } path ? $"{path.TrimStart('$', '.')}: of the wrong kind" : wrong.Message);
        }
    }
}
