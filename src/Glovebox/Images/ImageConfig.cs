using System.Runtime.InteropServices;
using System.Text.Json;
using Glovebox.Api;

namespace Glovebox.Images;

/// <summary>An image: layers and how to run in them. Its bytes as an OCI image configuration name it.</summary>
/// <param name="Architecture">In OCI's words: <c>amd64</c>, <c>arm64</c>.</param>
/// <param name="Layers">Lowest first, each the SHA-256 of its uncompressed tar.</param>
/// <param name="Steps">What made each layer, for a person.</param>
/// <param name="User">As OCI writes it: name or uid, optionally with a group; null for root.</param>
public sealed record ImageConfig(
    string Architecture, IReadOnlyList<Digest> Layers, IReadOnlyList<string> Steps, IReadOnlyDictionary<string, string> Variables,
    string? WorkingDirectory, string? User, IReadOnlyList<string> Entrypoint, IReadOnlyList<string> Command)
{
    /// <summary>When our images were made, for those who ask: a fixed time, so that equal images have equal bytes.</summary>
    private const string Created = "1970-01-01T00:00:00Z";

    /// <summary>This machine's architecture.</summary>
    public static string ThisArchitecture => RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.X86 => "386",
        var other => other.ToString().ToLowerInvariant(),
    };

    public Digest Digest => Digest.Of(ToJson());

    /// <summary>The configuration as the OCI image specification has it ("OCI Image Configuration"): keys sorted, no spaces.</summary>
    public byte[] ToJson()
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("architecture", Architecture);
        json.WriteStartObject("config");
        WriteList(json, "Cmd", Command);
        WriteList(json, "Entrypoint", Entrypoint);
        WriteList(json, "Env", [.. Variables.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}")]);
        WriteText(json, "User", User);
        WriteText(json, "WorkingDir", WorkingDirectory);
        json.WriteEndObject();
        json.WriteString("created", Created);
        json.WriteStartArray("history");
        foreach (var step in Steps)
        {
            json.WriteStartObject();
            json.WriteString("created", Created);
            json.WriteString("created_by", step);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteString("os", "linux");
        json.WriteStartObject("rootfs");
        WriteList(json, "diff_ids", [.. Layers.Select(layer => layer.ToString())]);
        json.WriteString("type", "layers");
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }

    private static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        if (values.Count == 0) return;
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    /// <summary>Reads a configuration, ours or another tool's.</summary>
    /// <exception cref="RefusalException">Not one, or for another operating system.</exception>
    public static ImageConfig Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return Read(document.RootElement);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw RefusalException.Bad($"the image's configuration cannot be read: {wrong.Message}");
        }
    }

    private static ImageConfig Read(JsonElement root)
    {
        if (Text(root, "os") is { } os and not "linux")
            throw RefusalException.Bad($"the image is for {os}: only images for linux can be used");
        var layers = Texts(root.GetProperty("rootfs"), "diff_ids")
            .Select(
                text =>
                    Images.Digest.Parse(text)
                        ?? throw RefusalException.Bad($"the image's configuration names a layer '{text}', which is no SHA-256")).ToList();
        var config = Property(root, "config") ?? default;
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in Texts(config, "Env"))
        {
            var equals = pair.IndexOf('=');
            if (equals > 0) variables[pair[..equals]] = pair[(equals + 1)..];
        }
        var steps = Property(root, "history") is { } history
            ? history.EnumerateArray().Where(
                step =>
                    Property(step, "empty_layer")?.ValueKind != JsonValueKind.True).Select(step =>
                        Text(step, "created_by") ?? "").ToList() : [];
        return new ImageConfig(
            Text(root, "architecture") ?? ThisArchitecture, layers, steps.Count == layers.Count
                ? steps
                : [.. layers.Select(_ => "imported")], variables,
            NullIfEmpty(Text(config, "WorkingDir")), NullIfEmpty(Text(config, "User")), Texts(config, "Entrypoint"), Texts(config, "Cmd"));
    }

    private static JsonElement? Property(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    private static string? Text(JsonElement parent, string name) => Property(parent, name)?.GetString();

    private static List<string> Texts(JsonElement parent, string name) =>
        Property(parent, name) is { } list ? [.. list.EnumerateArray().Select(item => item.GetString() ?? "")] : [];

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
