using Glovebox.Api;

namespace Glovebox.Sharing.Remotes;

/// <summary>The ways to write where a remote is.</summary>
internal static class RemoteUrl
{
    /// <summary>True for what is a URL or a path, and so no name and no id.</summary>
    public static bool LooksLikeOne(string text) => text.Contains('/') || text.Contains(':') || text is "." or "..";

    /// <summary>The URL in full: a path becomes <c>file:///PATH</c>.</summary>
    /// <param name="directory">Where a relative path begins.</param>
    /// <exception cref="RefusalException">It is none.</exception>
    public static Uri Parse(string text, string directory)
    {
        var colon = text.IndexOf(':');
        var isPath = colon < 0 || text.IndexOf('/') is var slash and >= 0 && slash < colon;
        if (text.Length == 0) throw RefusalException.Bad("a remote's URL is missing");
        if (isPath) return FileUrl(Path.GetFullPath(text, directory));
        if (text.StartsWith("file:", StringComparison.Ordinal) && !text.StartsWith("file:/", StringComparison.Ordinal))
            return FileUrl(Path.GetFullPath(text["file:".Length..], directory));
        return Uri.TryCreate(text, UriKind.Absolute, out var url)
            ? url
            : throw RefusalException.Bad($"'{text}' is no URL of a remote: write a path, ssh://HOST/PATH or oci://HOST/NAME");
    }

    private static Uri FileUrl(string path) => new("file://" + string.Join('/', path.Split('/').Select(Uri.EscapeDataString)));
}
