using System.Text;
using System.Text.Json;
using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Files;
using Glovebox.Images.Layers;
using Glovebox.Images.Tar;

namespace Glovebox.Images.Archives;

/// <summary>
/// Writes one image as an OCI image layout in a tar (OCI image specification, "Image Layout"), with the manifest.json of docker save beside
/// it. Layers are not compressed: a blob's digest is its diff id, and equal images make equal archives.
/// </summary>
internal sealed class ImageExport(ImageStore images, TimeProvider time)
{
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";

    /// <param name="name">What podman and docker will call it: NAME:TAG.</param>
    public void Write(Digest image, string name, string path, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        var full = Path.GetFullPath(path);
        var directory = Path.GetDirectoryName(full)!;
        if (!Directory.Exists(directory)) throw RefusalException.NotFound($"no directory {directory}");
        if (Directory.Exists(full)) throw RefusalException.Bad($"{full} is a directory: name a file");
        var temporary = Path.Combine(directory, $".glovebox-{Guid.NewGuid():N}.tmp");
        try
        {
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1024 * 1024))
            {
                WriteArchive(image, name, file, progress, cancellation);
                file.Flush(flushToDisk: true);
            }
            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or IOException and not FileException)
        {
            throw RefusalException.Unable($"{full} cannot be written: {failure.Message}");
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private void WriteArchive(Digest image, string name, Stream output, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        var step = $"exporting {name}";
        var config = images.Get(image);
        var configBytes = config.ToJson();
        var sizes = config.Layers.Select(images.Layers.TarSizeOf).ToList();
        var manifest = Manifest(image, configBytes.Length, config.Layers, sizes);
        var tar = new TarWriter(output);
        WriteFile(tar, "oci-layout", """{"imageLayoutVersion":"1.0.0"}"""u8);
        WriteFile(tar, "index.json", Index(manifest, name));
        WriteFile(tar, "manifest.json", DockerManifest(image, config.Layers, name));
        WriteFile(tar, BlobName(Digest.Of(manifest)), manifest);
        WriteFile(tar, BlobName(image), configBytes);
        var done = 0L;
        // The same layer twice in an image is one blob.
        foreach (var (layer, size) in config.Layers.Zip(sizes).DistinctBy(pair => pair.First))
        {
            var before = done;
            tar.Header(Entry(BlobName(layer), size));
            LayerTar.Write(
                images.Layers, layer, output, written => progress.Report(new BuildProgress(step, before + written, sizes.Sum())),
                cancellation);
            tar.EndContent(size);
            done += size;
        }
        tar.End();
        progress.Report(new BuildProgress(step, done, sizes.Sum(), true, time.GetElapsedTime(started)));
    }

    internal static byte[] Manifest(Digest config, long configSize, IReadOnlyList<Digest> layers, List<long> sizes) => Json(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("schemaVersion", 2);
        json.WriteString("mediaType", ManifestType);
        json.WritePropertyName("config");
        Descriptor(json, "application/vnd.oci.image.config.v1+json", config, configSize);
        json.WriteStartArray("layers");
        for (var at = 0; at < layers.Count; at++) Descriptor(json, "application/vnd.oci.image.layer.v1.tar", layers[at], sizes[at]);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    internal static byte[] Index(byte[] manifest, string name) => Json(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("schemaVersion", 2);
        json.WriteStartArray("manifests");
        Descriptor(json, ManifestType, Digest.Of(manifest), manifest.Length, name);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static byte[] DockerManifest(Digest config, IReadOnlyList<Digest> layers, string name) => Json(json =>
    {
        json.WriteStartArray();
        json.WriteStartObject();
        json.WriteString("Config", BlobName(config));
        json.WriteStartArray("RepoTags");
        json.WriteStringValue(name);
        json.WriteEndArray();
        json.WriteStartArray("Layers");
        foreach (var layer in layers) json.WriteStringValue(BlobName(layer));
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    });

    private static void Descriptor(Utf8JsonWriter json, string type, Digest digest, long size, string? name = null)
    {
        json.WriteStartObject();
        json.WriteString("mediaType", type);
        json.WriteString("digest", digest.ToString());
        json.WriteNumber("size", size);
        if (name is not null)
        {
            json.WriteStartObject("annotations");
            json.WriteString("org.opencontainers.image.ref.name", name);
            // What containerd, and docker with its store, read the name from.
            json.WriteString("io.containerd.image.name", name);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer)) write(json);
        return buffer.ToArray();
    }

    private static void WriteFile(TarWriter tar, string name, ReadOnlySpan<byte> content)
    {
        tar.Header(Entry(name, content.Length));
        tar.Content(content);
        tar.EndContent(content.Length);
    }

    private static TarEntry Entry(string name, long size) => new(name, TarKind.File, 0x1A4, 0, 0, size, 0);

    private static string BlobName(Digest digest) => $"blobs/sha256/{digest.Hex}";
}
