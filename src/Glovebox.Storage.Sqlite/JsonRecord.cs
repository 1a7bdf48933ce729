using System.Text.Json;
using System.Text.Json.Nodes;

namespace Glovebox.Storage.Sqlite;

/// <summary>
/// Members of a record's JSON, for reading it by hand: the serializer's generic code is compiled anew at every start of the program. What is missing, or null, has
/// its default; a member of another kind throws <see cref="InvalidOperationException"/>.
/// </summary>
internal static class JsonRecord
{
    /// <summary>Reads a document. Whatever is wrong in it is a <see cref="JsonException"/>.</summary>
    public static T Read<T>(string document, Func<JsonElement, T> read)
    {
        using var json = JsonDocument.Parse(document);
        try
        {
            return read(json.RootElement);
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            throw new JsonException(wrong.Message, wrong);
        }
    }

    public static JsonObject Values(this JsonElement record, string name) => Member(record, name) is { } values ? JsonObject.Create(values.Clone())! : [];

    public static List<string> Texts(this JsonElement record, string name) => Member(record, name) is { } list ? Texts(list) : [];

    public static List<string> Texts(this JsonElement list)
    {
        var texts = new List<string>(list.GetArrayLength());
        foreach (var text in list.EnumerateArray()) texts.Add(text.GetString()!);
        return texts;
    }

    public static Dictionary<string, string> TextsByName(this JsonElement record, string name)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Member(record, name) is not { } members) return texts;
        foreach (var member in members.EnumerateObject()) texts[member.Name] = member.Value.GetString()!;
        return texts;
    }

    /// <summary>A word such as <c>timed_out</c> as the enumeration has it.</summary>
    public static object? Word(this JsonElement record, string name, Type type) =>
        Text(record, name) is { } word ? Enum.Parse(type, word.Replace("_", "", StringComparison.Ordinal), ignoreCase: true) : null;

    public static string Needed(this JsonElement record, string name) => record.GetProperty(name).GetString() ?? throw new FormatException($"'{name}' is null");

    public static string? Text(this JsonElement record, string name) => Member(record, name)?.GetString();

    public static bool Truth(this JsonElement record, string name) => Member(record, name)?.GetBoolean() ?? false;

    /// <summary>Null also where the member is null.</summary>
    public static JsonElement? Member(this JsonElement record, string name) =>
        record.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;
}
