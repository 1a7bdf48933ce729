using System.Diagnostics;
using System.Xml.Linq;

namespace Glovebox.Architecture;

/// <summary>The repository as text: what git would commit.</summary>
internal static class Repository
{
    private static readonly string[] TextEndings =
        [".cs", ".csproj", ".props", ".slnx", ".md", ".yaml", ".yml", ".json", ".sql", ".py", ".sh", ".txt", ".editorconfig", ".gitignore", ".toml", ".cfg", ".R", ".js"];

    private static readonly Lazy<IReadOnlyList<SourceFile>> All = new(Read);

    public static string Root { get; } = Find();
    public static IReadOnlyList<SourceFile> Files => All.Value;
    public static IEnumerable<SourceFile> Code => Files.Where(file => file.Path.EndsWith(".cs", StringComparison.Ordinal));

    /// <summary>Names of the projects that a project refers to.</summary>
    public static IReadOnlyList<string> References(string project) =>
        [.. XDocument.Load(Path.Combine(Root, project)).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!)).Order(StringComparer.Ordinal)];

    public static IReadOnlyList<string> Packages(string project) =>
        [.. XDocument.Load(Path.Combine(Root, project)).Descendants("PackageReference").Select(reference => (string)reference.Attribute("Include")!)];

    public static IEnumerable<string> Projects(string folder) => Files.Select(file => file.Path)
        .Where(path => path.StartsWith(folder, StringComparison.Ordinal) && path.EndsWith(".csproj", StringComparison.Ordinal));

    /// <summary>Source paths are mapped for reproducible builds, so the folder is looked for from the executable upwards.</summary>
    private static string Find()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "Glovebox.slnx"))) return folder;
        throw new InvalidOperationException("no Glovebox.slnx above the test");
    }

    private static List<SourceFile> Read() =>
        [.. Tracked().Where(IsText).Select(path => new SourceFile(path, File.ReadAllText(Path.Combine(Root, path))))];

    /// <summary>Committed files and new ones that are not ignored; a plain walk where there is no git.</summary>
    private static IEnumerable<string> Tracked()
    {
        var start = new ProcessStartInfo("git", ["-C", Root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var git = Process.Start(start)!;
        var paths = git.StandardOutput.ReadToEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries);
        git.WaitForExit();
        return paths.Where(path => File.Exists(Path.Combine(Root, path)));
    }

    private static bool IsText(string path) =>
        TextEndings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal)) || !Path.GetFileName(path).Contains('.');
}

/// <param name="Path">Relative to the root.</param>
internal sealed record SourceFile(string Path, string Text)
{
    public string[] Lines { get; } = Text.TrimEnd('\n').Split('\n');

    /// <summary>The folder below src/PROJECT: the feature.</summary>
    public string? Feature => Path.Split('/') is ["src", _, var feature, _, ..] ? feature : null;
    public bool Under(string folder) => Path.StartsWith($"{folder}/", StringComparison.Ordinal);
    public override string ToString() => Path;
}
