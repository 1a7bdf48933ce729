using System.Net.Http.Headers;
using System.Text.Json;
using Glovebox.Blobs;
using Glovebox.Images;

namespace Glovebox.Sharing.Remotes.Oci;

/// <summary>The registry's JSON: manifests and indexes (OCI image specification 1.1), tags and errors (OCI distribution specification 1.1).</summary>
internal static class OciDocuments
{
    public const string ManifestType = "application/vnd.oci.image.manifest.v1+json", IndexType = "application/vnd.oci.image.index.v1+json";

    /// <summary>Registries take manifests of at most 4 MiB; an object takes 150 bytes of one.</summary>
    private const int MostLayers = 20_000;

    /// <summary>The manifests of a record, each with the record as its configuration and a part of what it holds as its layers.</summary>
    public static IReadOnlyList<byte[]> Manifests(RecordName name, Held record, IReadOnlyCollection<Held> holds)
    {
        var type = $"application/vnd.glovebox.{RecordName.Word(name.Kind)}.v1+json";
        var parts = holds.Chunk(MostLayers).ToList();
        if (parts.Count == 0) parts.Add([]);
        return [.. parts.Select(part => Json(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("schemaVersion", 2);
            json.WriteString("mediaType", ManifestType);
            json.WriteString("artifactType", type);
            json.WritePropertyName("config");
            Descriptor(json, type, record.Id.Hex, record.Size);
            json.WriteStartArray("layers");
            foreach (var held in part) Descriptor(json, "application/octet-stream", held.Id.Hex, held.Size);
            json.WriteEndArray();
            json.WriteEndObject();
        }))];
    }

    public static byte[] Index(IReadOnlyList<byte[]> manifests) => Json(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("schemaVersion", 2);
        json.WriteString("mediaType", IndexType);
        json.WriteStartArray("manifests");
        foreach (var manifest in manifests) Descriptor(json, ManifestType, Digest.Of(manifest).Hex, manifest.Length);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    public static string DigestOf(byte[] manifest) => Digest.Of(manifest).ToString();

    /// <summary>The digest of an index's first manifest; null when it is no index.</summary>
    public static string? FirstManifest(byte[] document) => Read(document, root =>
        root.TryGetProperty("manifests", out var manifests) && manifests.GetArrayLength() > 0
            && manifests[0].GetProperty("digest").GetString() is { } digest && Digest.Parse(digest) is not null ? digest : null);

    /// <summary>The configuration of a manifest; null when it has none.</summary>
    public static (BlobId Id, long Size)? Config(byte[] document) => Read<(BlobId, long)?>(document, root =>
        root.TryGetProperty("config", out var config) && Digest.Parse(config.GetProperty("digest").GetString() ?? "") is { } digest
            && config.GetProperty("size").TryGetInt64(out var size) && size is >= 0 and < 1 << 30 ? (new BlobId(digest.Hex), size) : null);

    public static IReadOnlyList<string> Tags(byte[] document) => Read(document, root =>
        root.TryGetProperty("tags", out var tags) && tags.ValueKind == JsonValueKind.Array
            ? tags.EnumerateArray().Select(tag => tag.GetString()).OfType<string>().ToList() : []) ?? [];

    /// <summary>What an error reply says; empty when it says nothing.</summary>
    public static string Errors(byte[] document) => Read(document, root =>
        root.TryGetProperty("errors", out var errors)
            ? string.Join("; ", errors.EnumerateArray().Select(error => $"{Text(error, "code")}: {Text(error, "message")}")) : "") ?? "";

    /// <summary>The next page of a list (RFC 8288, rel="next").</summary>
    public static Uri? NextPage(HttpResponseHeaders headers, Uri page)
    {
        if (!headers.TryGetValues("Link", out var links)) return null;
        foreach (var link in links)
        {
            var (start, end) = (link.IndexOf('<'), link.IndexOf('>'));
            if (start < 0 || end < start || !link.Contains("next", StringComparison.Ordinal)) continue;
            // Another host is none of ours.
            return new Uri(page, link[(start + 1)..end]) is { } next && next.Authority == page.Authority && next != page ? next : null;
        }
        return null;
    }

    private static string? Text(JsonElement from, string name) => from.TryGetProperty(name, out var value) ? value.ToString() : null;

    private static T? Read<T>(byte[] document, Func<JsonElement, T> read)
    {
        try
        {
            using var json = JsonDocument.Parse(document);
            return json.RootElement.ValueKind == JsonValueKind.Object ? read(json.RootElement) : default;
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // Not what the specification says: the same as nothing, which each caller refuses in its own words.
            return default;
        }
    }

    private static void Descriptor(Utf8JsonWriter json, string type, string hex, long size)
    {
        json.WriteStartObject();
        json.WriteString("mediaType", type);
        json.WriteString("digest", "sha256:" + hex);
        json.WriteNumber("size", size);
        json.WriteEndObject();
    }

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer)) write(json);
        return buffer.ToArray();
    }
}
