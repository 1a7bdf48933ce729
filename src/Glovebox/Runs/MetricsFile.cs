using System.Text.Json;
using System.Text.Json.Nodes;
using Glovebox.Blobs;
using Glovebox.Snapshots;

namespace Glovebox.Runs;

/// <summary>Numbers that a run wrote to <c>metrics.json</c> in the project's root.</summary>
internal static class MetricsFile
{
    private const string Name = "metrics.json";
    private const int LargestBytes = 1 << 20;

    /// <summary>The numbers by name, nested names joined by dots; empty when the run wrote no such file, or one that is not JSON.</summary>
    public static JsonObject Read(IReadOnlyList<TreeChange> changes, IBlobStore blobs)
    {
        var metrics = new JsonObject();
        var file = changes.FirstOrDefault(c => c.Path == Name)?.After;
        if (file?.Blob is not { } blob || file.Size > LargestBytes) return metrics;
        try
        {
            using var document = JsonDocument.Parse(blobs.Read(blob));
            if (document.RootElement.ValueKind == JsonValueKind.Object) Collect(document.RootElement, "", metrics);
        }
        catch (JsonException)
        {
            // The file stays among the outputs, where its owner can see what is wrong with it.
        }

        return metrics;
    }

    private static void Collect(JsonElement element, string prefix, JsonObject metrics)
    {
        foreach (var property in element.EnumerateObject())
        {
            var name = prefix + property.Name;
            if (property.Value.ValueKind == JsonValueKind.Object) Collect(property.Value, name + ".", metrics);
            else if (property.Value.ValueKind == JsonValueKind.Number) metrics[name] = JsonValue.Create(property.Value.GetDouble());
        }
    }
}
