using System.Text.Json;
using System.Text.Unicode;
using Glovebox.Api;

namespace Glovebox.Jobs.Specs;

/// <summary>A request's body as a JSON object.</summary>
internal static class JsonBody
{
    /// <summary>Deep enough for any metadata, and no stack is at risk.</summary>
    private const int Deepest = 64;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = Deepest };

    /// <param name="read">Gets the fields; those that it does not read are refused.</param>
    /// <exception cref="RefusalException">No JSON object, or an unknown key.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> body, Func<JsonFields, T> read)
    {
        if (!Utf8.IsValid(body.Span)) throw RefusalException.Bad("body: not UTF-8");
        using var document = Parse(body);
        var fields = new JsonFields(new JsonValue(document.RootElement, "body"), "");
        var result = read(fields);
        fields.RefuseRest();
        return result;
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body, Options);
        }
        catch (JsonException e) when (e.Message.Contains("maximum configured depth", StringComparison.Ordinal))
        {
            throw RefusalException.Bad($"body: nested deeper than {Deepest} levels");
        }
        catch (JsonException e)
        {
            throw RefusalException.Bad(body.Length == 0
                ? "body: empty. Send a JSON object"
                : $"body: not JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");
        }
    }
}
