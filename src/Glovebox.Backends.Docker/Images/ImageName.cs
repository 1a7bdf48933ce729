namespace Glovebox.Backends.Docker.Images;

/// <summary>An image's name in parts: <c>[registry[:port]/]repository[:tag][@digest]</c>.</summary>
/// <param name="Repository">With the registry, as it was written.</param>
/// <param name="Version">The digest, else the tag, else <c>latest</c>.</param>
/// <param name="Registry">Host and port; null when the name has none.</param>
internal sealed record ImageName(string Repository, string Version, string? Registry)
{
    public static ImageName Parse(string name)
    {
        var (rest, digest) = name.Split('@', 2) is [var before, var after] ? (before, after) : (name, null);
        // A colon after the last slash is a tag's; one before it is a port's.
        var colon = rest.IndexOf(':', rest.LastIndexOf('/') + 1);
        var repository = colon < 0 ? rest : rest[..colon];
        var slash = repository.IndexOf('/');
        var first = slash < 0 ? "" : repository[..slash];
        var registry = first.Contains('.') || first.Contains(':') || first == "localhost" ? first : null;
        return new ImageName(repository, digest ?? (colon < 0 ? "latest" : rest[(colon + 1)..]), registry);
    }
}
