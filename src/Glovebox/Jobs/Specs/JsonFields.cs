using System.Text.Json;
using Glovebox.Api;
using Glovebox.Spelling;

namespace Glovebox.Jobs.Specs;

/// <summary>The fields of one JSON object, each asked for by name; a field that nobody asked for is refused. A null stands for no field.</summary>
internal sealed class JsonFields
{
    private readonly Dictionary<string, JsonValue> _values = new(StringComparer.Ordinal);
    private readonly List<string> _known = [];

    /// <param name="prefix">What field names are put behind in messages; null for the object's own path.</param>
    public JsonFields(JsonValue value, string? prefix = null)
    {
        value.Expect(JsonValueKind.Object, "an object");
        foreach (var property in value.Element.EnumerateObject())
        {
            var name = JsonValue.NameOf(property, value.Path);
            var path = Join(prefix ?? value.Path, name);
            if (!_values.TryAdd(name, new JsonValue(property.Value, path))) throw RefusalException.Bad($"{path}: given twice");
        }
    }

    /// <summary>Null when it is not there or null.</summary>
    public JsonValue? Find(string name)
    {
        _known.Add(name);
        return _values.TryGetValue(name, out var value) && value.Element.ValueKind != JsonValueKind.Null ? value : null;
    }

    /// <summary>Reads a field that may be left out.</summary>
    public T? Read<T>(string name, Func<JsonValue, T> read) where T : class => Find(name) is { } value ? read(value) : null;

    /// <summary>Reads a value that may be left out.</summary>
    public T? ReadValue<T>(string name, Func<JsonValue, T> read) where T : struct => Find(name) is { } value ? read(value) : null;

    /// <exception cref="RefusalException">A field was given that was not asked for.</exception>
    public void RefuseRest()
    {
        foreach (var (name, value) in _values)
            if (!_known.Contains(name))
                throw RefusalException.Bad($"{value.Path}: no such field{Nearest.Hint(name, _known)}");
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
