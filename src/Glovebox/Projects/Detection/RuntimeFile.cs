using Glovebox.Api;

namespace Glovebox.Projects.Detection;

/// <summary>What <c>runtime.txt</c> asks for: a base that has this version, and the package of the language.</summary>
internal sealed record RuntimeFile(BaseSpec Base, string Package)
{
    /// <summary>Versions that Debian's releases have (packages python3 and r-base-core), newest release first.</summary>
    private static readonly (string Suite, string Python, string R)[] Releases =
        [("bookworm", "3.11", "4.2"), ("trixie", "3.13", "4.5"), ("bullseye", "3.9", "4.0")];

    public static RuntimeFile Read(string path)
    {
        var text = ProjectText.Read(path).Trim();
        var dash = text.IndexOf('-');
        var version = dash < 0 ? "" : text[(dash + 1)..];
        return (dash < 0 ? text : text[..dash]) switch
        {
            "python" => Choose(text, version, "Python", release => release.Python, "python3"),
            "r" => Choose(text, version, "R", release => release.R, "r-base-core"),
            _ => throw RefusalException.Bad($"runtime.txt: '{text}' is not understood: write python-3.11 or r-4.2"),
        };
    }

    private static RuntimeFile Choose(
        string text, string version, string language, Func<(string Suite, string Python, string R), string> versionOf, string package)
    {
        // A trailing date (r-4.2-2023-05-01) names a package snapshot of another registry; a third number is a patch release.
        var parts = version.Split('.');
        foreach (var release in Releases)
        {
            if (string.Join('.', parts.Take(2)) == versionOf(release) && parts.Length == 2)
                return new RuntimeFile(new BaseSpec(BaseKind.Debian, release.Suite), package);
        }
        var offered = string.Join(", ", Releases.Select(release => $"{versionOf(release)} (debian:{release.Suite})"));
        var reason = parts.Length == 3 && Releases.Any(release => string.Join('.', parts.Take(2)) == versionOf(release))
            ? "the patch release is the distribution's choice: write two numbers"
            : $"no supported base has that {language}";
        throw RefusalException.Bad($"runtime.txt: {text}: {reason}. There are: {offered}");
    }
}
