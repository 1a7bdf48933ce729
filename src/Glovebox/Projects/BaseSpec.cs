using System.Text.RegularExpressions;

namespace Glovebox.Projects;

/// <summary>What an environment stands on.</summary>
public enum BaseKind
{
    Debian,
    Ubuntu,
    Host,
    Image,
    Dockerfile,
}

/// <summary>A base as the user names it: <c>debian:SUITE</c>, <c>ubuntu:SUITE</c>, <c>host</c>, <c>image:NAME</c>,
/// <c>dockerfile:PATH</c>.</summary>
/// <param name="Value">What stands behind the colon; empty for <c>host</c>.</param>
public sealed partial record BaseSpec(BaseKind Kind, string Value)
{
    public static readonly BaseSpec Host = new(BaseKind.Host, "");

    /// <summary>What an environment without a base, and every detected one, stands on.</summary>
    public static readonly BaseSpec Default = new(BaseKind.Debian, "bookworm");

    public override string ToString() => Kind == BaseKind.Host ? "host" : $"{Kind.ToString().ToLowerInvariant()}:{Value}";

    /// <returns>Null and the reason when the text names no base.</returns>
    public static BaseSpec? Parse(string text, out string reason)
    {
        reason = "";
        if (text == "host") return Host;
        var colon = text.IndexOf(':');
        var value = colon < 0 ? "" : text[(colon + 1)..];
        BaseKind? kind = (colon < 0 ? text : text[..colon]) switch
        {
            "debian" => BaseKind.Debian,
            "ubuntu" => BaseKind.Ubuntu,
            "image" => BaseKind.Image,
            "dockerfile" => BaseKind.Dockerfile,
            _ => null,
        };
        if (kind is null)
            reason = $"'{text}' is no base: write debian:SUITE, ubuntu:SUITE, host, image:NAME or dockerfile:PATH";
        else if (value.Length == 0)
            reason = $"'{text}' does not say which: {kind switch { BaseKind.Debian => "write debian:bookworm", BaseKind.Ubuntu => "write "
                + "ubuntu:noble", BaseKind.Image => "write image:NAME", _ => "write dockerfile:Dockerfile" }}";
        else if (kind is BaseKind.Debian or BaseKind.Ubuntu && !Suite().IsMatch(value))
            reason = $"'{value}' is no suite: write its code name, as in debian:bookworm or ubuntu:noble";
        return reason.Length == 0 ? new BaseSpec(kind!.Value, value) : null;
    }

    [GeneratedRegex("^[a-z][a-z-]{1,40}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Suite();
}
