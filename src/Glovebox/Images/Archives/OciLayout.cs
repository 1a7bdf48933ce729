using System.Text.Json;
using Glovebox.Images.Tar;

namespace Glovebox.Images.Archives;

/// <summary>What an archive says its one image is: the configuration's bytes and the layers' files, lowest first.</summary>
/// <param name="Layers">Names in the archive, with the digest that the stored bytes must have (null when the archive does not say).</param>
internal sealed record ArchivedImage(byte[] Config, IReadOnlyList<(string Name, Digest? Digest)> Layers)
{
    private const string DockerManifest = "manifest.json", OciIndex = "index.json", OciMark = "oci-layout";
    private const int LargestJson = 8 * 1024 * 1024;

    /// <summary>Null when it is a plain root file system.</summary>
    /// <exception cref="TarException">It is of a known form, and broken or more than one image.</exception>
    public static ArchivedImage? Read(TarFile archive)
    {
        try
        {
            if (archive.Has(OciMark) && archive.Has(OciIndex)) return ReadOci(archive);
            return archive.Has(DockerManifest) ? ReadDocker(archive) : null;
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new TarException($"its index cannot be read: {wrong.Message}");
        }
    }

    /// <summary>OCI image specification, "Image Layout".</summary>
    private static ArchivedImage ReadOci(TarFile archive)
    {
        using var index = JsonDocument.Parse(ReadBytes(archive, OciIndex));
        var manifestName = Blob(ChooseManifest(archive, index.RootElement, depth: 0));
        using var manifest = JsonDocument.Parse(ReadChecked(archive, manifestName));
        var config = ReadChecked(archive, Blob(manifest.RootElement.GetProperty("config")));
        return new ArchivedImage(config, [.. manifest.RootElement.GetProperty("layers").EnumerateArray().Select(layer =>
        {
            if (layer.GetProperty("mediaType").GetString() is { } type && type.EndsWith("zstd", StringComparison.Ordinal))
                throw new TarException("its layers are compressed with zstd, which is not read: write it with gzip or uncompressed");
            var (name, digest) = Blob(layer);
            return (name, (Digest?)digest);
        })]);
    }

    private static JsonElement ChooseManifest(TarFile archive, JsonElement index, int depth)
    {
        var manifests = index.GetProperty("manifests").EnumerateArray().Where(IsForThisMachine).ToList();
        if (manifests.Count != 1)
            throw new TarException(
                manifests.Count == 0
                    ? $"it holds no image for {ImageConfig.ThisArchitecture}"
                    : $"it holds {manifests.Count} images: write one into it");
        var isIndex = manifests[0].TryGetProperty("mediaType", out var type) && type.GetString() is { } text
            && (text.Contains("image.index", StringComparison.Ordinal) || text.Contains("manifest.list", StringComparison.Ordinal));
        if (!isIndex) return manifests[0].Clone();
        if (depth == 3) throw new TarException("its indexes point to each other");
        using var inner = JsonDocument.Parse(ReadChecked(archive, Blob(manifests[0])));
        return ChooseManifest(archive, inner.RootElement, depth + 1);
    }

    private static bool IsForThisMachine(JsonElement manifest)
    {
        if (!manifest.TryGetProperty("platform", out var platform)) return true;
        return platform.GetProperty("architecture").GetString() == ImageConfig.ThisArchitecture
            && platform.GetProperty("os").GetString() == "linux";
    }

    private static (string Name, Digest Digest) Blob(JsonElement descriptor)
    {
        var text = descriptor.GetProperty("digest").GetString() ?? "";
        var digest = Digest.Parse(text) ?? throw new TarException($"it names a blob '{text}', which is no SHA-256");
        return ($"blobs/sha256/{digest.Hex}", digest);
    }

    /// <summary>docker save: a list of images, each with the names of its configuration and of its layers' tars.</summary>
    private static ArchivedImage ReadDocker(TarFile archive)
    {
        using var manifest = JsonDocument.Parse(ReadBytes(archive, DockerManifest));
        if (manifest.RootElement.GetArrayLength() != 1)
            throw new TarException($"it holds {manifest.RootElement.GetArrayLength()} images: save one");
        var image = manifest.RootElement[0];
        var config = ReadBytes(archive, image.GetProperty("Config").GetString() ?? "");
        return new ArchivedImage(
            config, [.. image.GetProperty("Layers").EnumerateArray().Select(layer => (layer.GetString() ?? "", (Digest?)null))]);
    }

    private static byte[] ReadChecked(TarFile archive, (string Name, Digest Digest) blob)
    {
        var bytes = ReadBytes(archive, blob.Name);
        return Digest.Of(bytes) == blob.Digest
            ? bytes
            : throw new TarException($"{blob.Name} has a wrong checksum: the archive is damaged");
    }

    private static byte[] ReadBytes(TarFile archive, string name)
    {
        using var stream = archive.Open(name) ?? throw new TarException($"{name} is missing in it");
        if (stream.Length > LargestJson) throw new TarException($"{name} is {stream.Length} bytes long");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
