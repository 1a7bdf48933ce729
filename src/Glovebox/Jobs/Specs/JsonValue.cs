using System.Globalization;
using System.Text.Json;
using Glovebox.Api;
using Glovebox.Api.Jobs;
using Glovebox.Api.Values;
using Glovebox.Spelling;

namespace Glovebox.Jobs.Specs;

/// <summary>One value of a JSON body with its path. Every reading refuses, naming the path, what is not of its kind.</summary>
internal readonly record struct JsonValue(JsonElement Element, string Path)
{
    private const int LongestName = 1000;
    private const int LongestShown = 60;

    public string Text()
    {
        Expect(JsonValueKind.String, "a text");
        try
        {
            return Element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Refuse("holds half a character (a lone surrogate)");
        }
    }

    /// <summary>A text, or a number or truth as it is written.</summary>
    public string Plain() => Element.ValueKind switch
    {
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => Element.GetRawText(),
        JsonValueKind.String => Text(),
        _ => throw Wrong("a text or a number"),
    };

    public bool Truth() => Element.ValueKind is JsonValueKind.True or JsonValueKind.False ? Element.GetBoolean() : throw Wrong("true or false");

    public double Number()
    {
        Expect(JsonValueKind.Number, "a number");
        return Element.TryGetDouble(out var number) && double.IsFinite(number) ? number : throw Refuse("this number is too large");
    }

    public int Whole()
    {
        Expect(JsonValueKind.Number, "a whole number");
        return Element.TryGetInt32(out var number) ? number : throw Refuse($"{Shown(Element.GetRawText())} is not a whole number, or too large");
    }

    public long Long()
    {
        Expect(JsonValueKind.Number, "a whole number");
        return Element.TryGetInt64(out var number) ? number : throw Refuse($"{Shown(Element.GetRawText())} is not a whole number, or too large");
    }

    /// <summary>Seconds: a number, or a text such as <c>10m</c>.</summary>
    public double Seconds()
    {
        if (Element.ValueKind == JsonValueKind.Number) return Number();
        if (Element.ValueKind != JsonValueKind.String) throw Wrong("a number of seconds, or a text such as '10m'");
        var text = Text();
        if (text is "0" or "0s") return 0;
        return DurationText.TryParse(text, out var duration)
            ? duration.TotalSeconds
            : throw Refuse($"'{Shown(text)}' is not a duration. Give seconds, or whole numbers with d, h, m, s or ms, the larger unit first, such as '2h30m'");
    }

    /// <summary>Bytes: a whole number, or a text such as <c>2g</c>.</summary>
    public long Bytes()
    {
        if (Element.ValueKind == JsonValueKind.Number) return Long();
        if (Element.ValueKind != JsonValueKind.String) throw Wrong("a number of bytes, or a text such as '2g'");
        var text = Text();
        return SizeText.TryParse(text, out var bytes)
            ? bytes
            : throw Refuse($"'{Shown(text)}' is not a size. Give bytes, or a number with k, m, g or t, such as '512m'");
    }

    /// <summary>A time in RFC 3339, with its offset.</summary>
    public DateTimeOffset Time()
    {
        string[] formats = ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];
        var text = Text();
        if (DateTime.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var time) && time.Kind == DateTimeKind.Utc)
            return new DateTimeOffset(time);
        throw Refuse($"'{Shown(text)}' is not a time. Give one with its offset, such as '2026-03-01T12:00:00Z'");
    }

    /// <summary>A word of an enumeration.</summary>
    public T Word<T>() where T : struct, Enum
    {
        var text = Text();
        return WireWords.Find<T>(text)
            ?? throw Refuse($"'{Shown(text)}' is none of {string.Join(", ", WireWords.All<T>())}{Nearest.Hint(Shown(text), WireWords.All<T>())}");
    }

    /// <param name="what">What the list holds, in the plural.</param>
    public IReadOnlyList<T> List<T>(string what, Func<JsonValue, T> read)
    {
        Expect(JsonValueKind.Array, $"a list of {what}");
        var items = new List<T>(Element.GetArrayLength());
        foreach (var item in Element.EnumerateArray()) items.Add(read(new JsonValue(item, $"{Path}[{items.Count}]")));
        return items;
    }

    /// <summary>Fields whose names are the user's.</summary>
    /// <param name="what">What the values are, in the plural.</param>
    public IReadOnlyDictionary<string, T> Map<T>(string what, Func<JsonValue, T> read)
    {
        Expect(JsonValueKind.Object, $"an object with {what}");
        var map = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var property in Element.EnumerateObject())
        {
            var name = NameOf(property, Path);
            if (!map.TryAdd(name, read(new JsonValue(property.Value, $"{Path}.{name}")))) throw RefusalException.Bad($"{Path}.{name}: given twice");
        }

        return map;
    }

    /// <summary>An object whose fields are ours.</summary>
    public T Object<T>(Func<JsonFields, T> read)
    {
        var fields = new JsonFields(this);
        var result = read(fields);
        fields.RefuseRest();
        return result;
    }

    public void Expect(JsonValueKind kind, string what)
    {
        if (Element.ValueKind != kind) throw Wrong(what);
    }

    public RefusalException Refuse(string reason) => RefusalException.Bad($"{Path}: {reason}");

    public RefusalException Wrong(string expected) => Refuse($"expected {expected}, found {Element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "null",
    }}");

    public static string NameOf(JsonProperty property, string path)
    {
        try
        {
            return property.Name.Length <= LongestName
                ? property.Name
                : throw RefusalException.Bad($"{path}: the name '{Shown(property.Name)}' is longer than {LongestName} characters");
        }
        catch (InvalidOperationException)
        {
            throw RefusalException.Bad($"{path}: a name holds half a character (a lone surrogate)");
        }
    }

    /// <summary>A message does not repeat megabytes.</summary>
    private static string Shown(string text) => text.Length <= LongestShown ? text : text[..LongestShown] + "…";
}
