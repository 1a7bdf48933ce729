using Glovebox.Api;
using Glovebox.Projects;

namespace Glovebox.Environments.Locks;

/// <summary>Which files of the project a Dockerfile's image depends on: itself, and what COPY and ADD take from the project.</summary>
internal static class DockerfileSources
{
    private const string WholeProject = ".";

    public static IReadOnlyList<string> Read(Project project, string path)
    {
        var full = Path.Combine(project.Root, path);
        if (!File.Exists(full)) throw RefusalException.NotFound($"base dockerfile:{path}: there is no such file in {project.Root}");
        var sources = new SortedSet<string>(StringComparer.Ordinal) { path };
        var text = File.ReadAllText(full).Replace("\\\r\n", " ", StringComparison.Ordinal).Replace("\\\n", " ", StringComparison.Ordinal);
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split((char[])[' ', '\t', '\r', '[', ']', ',', '"'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 3 || words[0].ToUpperInvariant() is not ("COPY" or "ADD")
                || words.Any(word => word.StartsWith("--from", StringComparison.Ordinal)))
                continue;
            foreach (var source in words[1..^1].Where(word => !word.StartsWith("--", StringComparison.Ordinal)))
            {
                if (source.Contains("://", StringComparison.Ordinal)) continue;
                // Patterns and variables could mean anything: then everything counts.
                var relative = source.TrimStart('/').TrimEnd('/');
                var plain = relative.Length > 0 && relative.AsSpan().IndexOfAny("*?$[") < 0
                    && Path.Exists(Path.Combine(project.Root, relative));
                sources.Add(plain ? relative : WholeProject);
            }
        }
        return sources.Contains(WholeProject) ? [WholeProject] : [.. sources];
    }
}
