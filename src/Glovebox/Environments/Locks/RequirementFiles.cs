using Glovebox.Api;
using Glovebox.Images;
using Glovebox.Projects;

namespace Glovebox.Environments.Locks;

/// <summary>The files that lines of a pip requirements file name: -r and -c, and what those name (pip, "Requirements File
/// Format").</summary>
internal static class RequirementFiles
{
    private static readonly string[] Options = ["-r", "--requirement", "-c", "--constraint"];

    /// <returns>Paths relative to the project's root, each once, with their content.</returns>
    /// <exception cref="RefusalException">A file is missing or outside the project.</exception>
    public static IReadOnlyList<(string Path, Digest Content)> Read(IReadOnlyList<string> lines, Project project)
    {
        var found = new SortedDictionary<string, Digest>(StringComparer.Ordinal);
        Follow(lines, "", project, found);
        return [.. found.Select(pair => (pair.Key, pair.Value))];
    }

    private static void Follow(IEnumerable<string> lines, string folder, Project project, SortedDictionary<string, Digest> found)
    {
        foreach (var named in lines.Select(NamedFile).OfType<string>())
        {
            if (named.Contains("://", StringComparison.Ordinal)) continue;
            var full = Path.GetFullPath(Path.Combine(project.Root, folder, named));
            var path = Path.GetRelativePath(project.Root, full);
            if (path.StartsWith("..", StringComparison.Ordinal)) throw RefusalException.Bad($"pip: {named} is outside the project");
            if (found.ContainsKey(path)) continue;
            if (!File.Exists(full)) throw RefusalException.NotFound($"pip: {path}: there is no such file in {project.Root}");
            found[path] = Digest.OfFile(full);
            Follow(File.ReadLines(full), Path.GetDirectoryName(path) ?? "", project, found);
        }
    }

    private static string? NamedFile(string line)
    {
        line = line.Trim();
        foreach (var option in Options)
        {
            if (!line.StartsWith(option, StringComparison.Ordinal)) continue;
            var rest = line[option.Length..];
            // -rFILE, -r FILE, --requirement FILE and --requirement=FILE are all read by pip.
            if (rest.Length > 0 && (option.Length == 2 || rest[0] is ' ' or '=' or '\t'))
                return rest.TrimStart(' ', '\t', '=').Split(" #")[0].Trim();
        }
        return null;
    }
}
