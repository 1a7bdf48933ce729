using System.Text.RegularExpressions;
using Glovebox.Api;

namespace Glovebox.Projects.Detection;

/// <summary>
/// What an R project needs, as Debian packages: <c>Depends</c> and <c>Imports</c> of a DESCRIPTION, and the package names in an install.R
/// that calls <c>install.packages</c> only.
/// </summary>
internal static partial class RProject
{
    private static readonly HashSet<string> PartOfR =
    [
        "R", "base", "compiler", "datasets", "graphics", "grDevices", "grid", "methods", "parallel", "splines", "stats", "stats4",
        "tcltk", "tools", "utils",
    ];

    public static IReadOnlyList<string> DebianPackages(string root, List<string> sources)
    {
        var packages = new List<string> { "r-base-core" };
        var description = Path.Combine(root, "DESCRIPTION");
        if (File.Exists(description))
        {
            sources.Add("DESCRIPTION");
            var text = ProjectText.Read(description);
            packages.AddRange(Names(Field(text, "Depends")).Concat(Names(Field(text, "Imports"))).Select(DebianName));
        }
        var install = Path.Combine(root, "install.R");
        if (File.Exists(install))
        {
            sources.Add("install.R");
            packages.AddRange(InstalledBy(ProjectText.Read(install)).Where(name => !PartOfR.Contains(name)).Select(DebianName));
        }
        return packages;
    }

    /// <summary>Debian's name for a package of CRAN: <c>data.table</c> is <c>r-cran-data.table</c>.</summary>
    private static string DebianName(string package) => "r-cran-" + package.ToLowerInvariant();

    private static string Field(string text, string name)
    {
        // A field goes on over lines that start with white space (Debian control format).
        var match = Regex.Match(
            text, $@"^{name}:(.*(?:\n[ \t].*)*)", RegexOptions.Multiline | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        return match.Success ? match.Groups[1].Value : "";
    }

    private static IEnumerable<string> Names(string field) =>
        field.Split(',').Select(item => item.Split('(')[0].Trim()).Where(name => name.Length > 0 && !PartOfR.Contains(name));

    private static List<string> InstalledBy(string script)
    {
        var code = Comment().Replace(script, "");
        if (Other().Match(code) is { Success: true } other)
        {
            throw RefusalException.Bad(
                $"install.R: '{other.Value}' cannot be done here: only install.packages(...) is read, and its packages are taken from "
                + "Debian. Name Debian packages (r-cran-...) under apt: in glovebox.yaml");
        }
        var names = new List<string>();
        foreach (var call in Call().EnumerateMatches(code))
        {
            var arguments = NamedArgument().Replace(code.Substring(call.Index, call.Length), "");
            names.AddRange(Literal().Matches(arguments).Select(literal => literal.Groups["name"].Value));
        }
        return names;
    }

    [GeneratedRegex(@"#.*", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Comment();

    [GeneratedRegex(@"[\w.:]*(install_\w+|BiocManager|biocLite|pak::|source\s*\()", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Other();

    [GeneratedRegex(@"install\.packages\s*\((?:[^()]|\([^()]*\))*\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Call();

    [GeneratedRegex(@"\b(repos|lib|type|method|dependencies|Ncpus)\s*=\s*(c\s*\([^()]*\)|[^,()]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NamedArgument();

    [GeneratedRegex("""["'](?<name>[A-Za-z][A-Za-z0-9.]*)["']""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Literal();
}
