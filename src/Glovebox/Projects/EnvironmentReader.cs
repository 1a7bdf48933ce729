using System.Text.RegularExpressions;
using Glovebox.Projects.Yaml;
using YamlDotNet.RepresentationModel;

namespace Glovebox.Projects;

/// <summary>Reads one environment of <c>glovebox.yaml</c>.</summary>
internal static partial class EnvironmentReader
{
    private static readonly string[] Keys = ["base", "apt", "pip", "npm", "files", "env", "run", "workdir", "user"];

    public static EnvironmentSpec Read(string name, YamlMap map)
    {
        map.Only(Keys);
        var spec = new EnvironmentSpec
        {
            Name = name,
            Source = Project.SpecFileName,
            Base = Base(map),
            Apt = Packages(map, "apt", AptPackage(), "a Debian package: NAME or NAME=VERSION"),
            Pip = Pip(map),
            Npm = Npm(map),
            Files = FilesReader.Read(map),
            Variables = Variables(map),
            Run = Run(map),
            WorkingDirectory = WorkingDirectory(map),
            User = Checked(map, "user", User(), "a user's name, or UID or UID:GID"),
        };
        if (spec.Base.Kind == BaseKind.Host) RefuseOnHost(map);
        return spec;
    }

    private static BaseSpec Base(YamlMap map)
    {
        if (map.Text("base") is not { } text) return BaseSpec.Default;
        return BaseSpec.Parse(text, out var reason) ?? throw map.Source.At(map.Find("base")!.Start, reason);
    }

    private static void RefuseOnHost(YamlMap map)
    {
        foreach (var key in (string[])["apt", "pip", "npm", "files", "run"])
        {
            if (map.Find(key) is { } node)
                throw map.Source.At(
                    node.Start, $"base 'host' is this machine's own system, read-only: '{key}' cannot be added. Use base debian:SUITE");
        }
    }

    private static IReadOnlyList<string> Pip(YamlMap map)
    {
        if (map.Find("pip") is not { } node) return [];
        if (node is YamlScalarNode) return ["-r " + ProjectPath(map.Source, node, "pip")];
        return [.. map.Source.List(node, "pip").Select(item =>
        {
            var text = map.Source.Text(item, "an item of pip").Trim();
            if (text.Length > 0 && !text.Contains('\n')) return text;
            throw map.Source.At(item.Start, "an item of pip must be one line of a requirements file");
        })];
    }

    private static NpmSpec? Npm(YamlMap map)
    {
        if (map.Find("npm") is not { } node) return null;
        if (node is YamlScalarNode) return new NpmSpec([], ProjectPath(map.Source, node, "npm"));
        var packages = Packages(map, "npm", NpmPackage(), "an npm package: NAME or NAME@RANGE");
        return packages.Count == 0 ? null : new NpmSpec(packages, null);
    }

    private static List<string> Packages(YamlMap map, string key, Regex form, string wanted)
    {
        if (map.Find(key) is not { } node) return [];
        var packages = new List<string>();
        foreach (var item in map.Source.List(node, key))
        {
            var text = map.Source.Text(item, $"an item of {key}");
            if (!form.IsMatch(text)) throw map.Source.At(item.Start, $"'{text}' is not {wanted}");
            if (!packages.Contains(text)) packages.Add(text);
        }
        return packages;
    }

    private static SortedDictionary<string, string> Variables(YamlMap map)
    {
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, name, value) in map.Map("env")?.Entries() ?? [])
        {
            if (name.Length == 0 || name.AsSpan().IndexOfAny('=', '\0') >= 0)
                throw map.Source.At(key.Start, $"'{name}' cannot name a variable");
            if (YamlSource.IsNull(value)) throw map.Source.At(key.Start, $"variable {name} has no value: write \"\" for an empty one");
            var text = map.Source.Text(value, $"variable {name}");
            if (text.Contains('\0')) throw map.Source.At(value.Start, $"variable {name} holds a NUL character");
            variables[name] = text;
        }
        return variables;
    }

    private static IReadOnlyList<IReadOnlyList<string>> Run(YamlMap map)
    {
        if (map.Find("run") is not { } node) return [];
        return [.. map.Source.List(node, "run").Select(IReadOnlyList<string> (item) =>
        {
            if (item is YamlScalarNode) return ["/bin/sh", "-ec", map.Source.Text(item, "an item of run")];
            var words = map.Source.List(item, "an item of run").Select(word => map.Source.Text(word, "an argument of run")).ToList();
            return words.Count > 0 ? words : throw map.Source.At(item.Start, "an empty command");
        })];
    }

    private static string? WorkingDirectory(YamlMap map)
    {
        if (map.Text("workdir") is not { } path) return null;
        return FilesReader.IsPathInImage(path) ? path.Length > 1 ? path.TrimEnd('/') : path
            : throw map.Source.At(
                map.Find("workdir")!.Start, $"workdir '{path}' must be an absolute path without '..', outside /proc, /sys and /dev");
    }

    private static string? Checked(YamlMap map, string key, Regex form, string wanted)
    {
        if (map.Text(key) is not { } text) return null;
        return form.IsMatch(text) ? text : throw map.Source.At(map.Find(key)!.Start, $"{key} '{text}' is not {wanted}");
    }

    private static string ProjectPath(YamlSource source, YamlNode node, string what)
    {
        var path = source.Text(node, what);
        return FilesReader.IsPathInProject(path) ? path : throw source.At(node.Start, $"{what} '{path}' must be a path inside the project");
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9+.-]*[a-z0-9+](=[A-Za-z0-9.+:~-]+)?$", RegexOptions.ExplicitCapture, 1000)]
    internal static partial Regex AptPackage();

    [GeneratedRegex(@"^(@[a-z0-9~._-]+/)?[A-Za-z0-9~._][A-Za-z0-9~._-]*(@[^\s@][^@\n]*)?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NpmPackage();

    [GeneratedRegex(@"^([a-z_][a-z0-9_-]{0,31}|[0-9]{1,9}(:[0-9]{1,9})?)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex User();
}
