using System.Globalization;
using Glovebox.Api;
using Microsoft.AspNetCore.Http;

namespace Glovebox.Server.Http;

/// <summary>ETags of ours: the version of a definition, in quotes. They do not tell of states and counts, which change by themselves.</summary>
internal static class EntityTag
{
    public static string Of(long version) => $"\"{version}\"";

    /// <summary>The version that <c>If-Match</c> asks for; null when any will do.</summary>
    /// <exception cref="RefusalException">Bad: it is not one of ours.</exception>
    public static long? Wanted(HttpRequest request)
    {
        var tag = request.Headers.IfMatch.ToString();
        if (tag is "" or "*") return null;
        return tag is ['"', .., '"'] && long.TryParse(tag.AsSpan(1, tag.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw RefusalException.Bad($"If-Match: {tag} is not an ETag of ours. Give the one that GET answered, such as \"3\"");
    }
}
