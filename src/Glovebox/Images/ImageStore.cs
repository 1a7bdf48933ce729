using Glovebox.Api;
using Glovebox.Files;
using Glovebox.Home;
using Glovebox.Images.Layers;

namespace Glovebox.Images;

/// <summary>Image configurations by digest (<c>images/HEX.json</c>) and the names given to them (<c>images/names/NAME</c>, '/' written as
/// '+').</summary>
public sealed class ImageStore(GloveboxHome home, LayerStore layers)
{
    private const string Extension = ".json";

    private string Names => Path.Combine(home.Images, "names");

    public LayerStore Layers { get; } = layers;

    /// <summary>Keeps the image and returns its digest.</summary>
    public Digest Put(ImageConfig image)
    {
        var bytes = image.ToJson();
        var digest = Digest.Of(bytes);
        Directory.CreateDirectory(home.Images);
        if (!Contains(digest)) AtomicFile.Write(PathOf(digest), bytes, durable: true);
        return digest;
    }

    public bool Contains(Digest image) => File.Exists(PathOf(image));

    /// <exception cref="RefusalException">There is no such image, or its file is damaged.</exception>
    public ImageConfig Get(Digest image)
    {
        if (!Contains(image)) throw RefusalException.NotFound($"no image {image}: see glovebox image ls");
        var bytes = File.ReadAllBytes(PathOf(image));
        if (Digest.Of(bytes) != image)
            throw RefusalException.Unable(
                $"image {image} is damaged: {PathOf(image)} has other content. Remove that file and build or import the image again");
        return ImageConfig.Parse(bytes);
    }

    /// <summary>The image of that name, digest, or unique beginning of a digest (8 digits or more); null when there is none.</summary>
    public Digest? Find(string nameOrDigest)
    {
        if (IsName(nameOrDigest) && ReadName(nameOrDigest) is { } named) return named;
        var hex = nameOrDigest.StartsWith("sha256:", StringComparison.Ordinal) ? nameOrDigest[7..] : nameOrDigest;
        if (hex.Length < 8 || hex.Length > 64 || !hex.All(char.IsAsciiHexDigitLower)) return null;
        var found = List().Where(image => image.Hex.StartsWith(hex, StringComparison.Ordinal)).Take(2).ToList();
        return found.Count == 1 ? found[0] : null;
    }

    /// <summary>1 to 128 of [a-z0-9._/:-], beginning with a letter or digit, no empty part and no '..'.</summary>
    public static bool IsName(string name) =>
        name.Length is >= 1 and <= 128 && char.IsAsciiLetterLower(name[0]) | char.IsAsciiDigit(name[0])
        && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '.' or '_' or '/' or ':' or '-')
        && name.Split('/').All(part => part is not ("" or "." or ".."));

    public void SetName(string name, Digest image)
    {
        Directory.CreateDirectory(Names);
        AtomicFile.Write(PathOf(name), image.Hex + "\n", durable: true);
    }

    /// <returns>False when there was no such name.</returns>
    public bool RemoveName(string name)
    {
        if (!IsName(name) || !File.Exists(PathOf(name))) return false;
        File.Delete(PathOf(name));
        return true;
    }

    /// <summary>Forgets an image and its names; its layers stay until gc.</summary>
    public void Delete(Digest image)
    {
        foreach (var (name, named) in ListNames().ToList())
        {
            if (named == image) RemoveName(name);
        }
        File.Delete(PathOf(image));
    }

    public IEnumerable<Digest> List() =>
        Directory.Exists(home.Images)
            ? Directory.EnumerateFiles(home.Images, "*" + Extension).Select(
                path => Path.GetFileNameWithoutExtension(path)).Where(hex => Digest.IsHex(hex)).Select(hex => new Digest(hex))
            : [];

    public IEnumerable<(string Name, Digest Image)> ListNames()
    {
        if (!Directory.Exists(Names)) yield break;
        foreach (var path in Directory.EnumerateFiles(Names).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path).Replace('+', '/');
            if (IsName(name) && ReadName(name) is { } image) yield return (name, image);
        }
    }

    /// <summary>When the image came into this home.</summary>
    public DateTimeOffset CreatedAt(Digest image) => new(File.GetLastWriteTimeUtc(PathOf(image)), TimeSpan.Zero);

    private Digest? ReadName(string name)
    {
        try
        {
            var hex = File.ReadAllText(PathOf(name)).TrimEnd('\n');
            return Digest.IsHex(hex)
                ? new Digest(hex)
                : throw RefusalException.Unable($"{PathOf(name)} is damaged: remove it and import the image again");
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public string PathOf(Digest image) => Path.Combine(home.Images, image.Hex + Extension);

    /// <summary>The file that says which image has the name; it need not be there.</summary>
    internal string PathOf(string name) => Path.Combine(Names, name.Replace('/', '+'));
}
