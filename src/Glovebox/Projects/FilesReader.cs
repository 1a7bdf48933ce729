using Glovebox.Projects.Yaml;
using YamlDotNet.RepresentationModel;

namespace Glovebox.Projects;

/// <summary>Reads <c>files:</c>: a mapping PATH: TARGET, or a list of paths that keep their place, counted from the image's root.</summary>
internal static class FilesReader
{
    public static IReadOnlyList<FileSpec> Read(YamlMap map)
    {
        if (map.Find("files") is not { } node) return [];
        var source = map.Source;
        if (node is YamlSequenceNode list)
            return [.. list.Children.Select(item => File(source, item, item, source.Text(item, "an item of files"), null))];
        return [.. source.Map(node, "files").Entries().Select(entry =>
            File(source, entry.Key, entry.Value, entry.Name, source.Text(entry.Value, $"the target of {entry.Name}")))];
    }

    private static FileSpec File(YamlSource source, YamlNode pathNode, YamlNode targetNode, string path, string? target)
    {
        if (!IsPathInProject(path)) throw source.At(pathNode.Start, $"'{path}' must be a path inside the project");
        path = string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != "."));
        target ??= "/" + path;
        if (target.EndsWith('/')) target += path[(path.LastIndexOf('/') + 1)..];
        if (!IsPathInImage(target) || target == "/")
            throw source.At(targetNode.Start, $"'{target}' must be an absolute path without '..', outside /proc, /sys and /dev");
        return new FileSpec(path, target);
    }

    public static bool IsPathInProject(string path) =>
        path.Length > 0 && !path.StartsWith('/') && !path.Contains('\0') && !path.Split('/').Contains("..");

    public static bool IsPathInImage(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return path.StartsWith('/') && !path.Contains('\0') && !parts.Contains("..") && !parts.Contains(".")
            && (parts.Length == 0 || parts[0] is not ("proc" or "sys" or "dev"));
    }
}
