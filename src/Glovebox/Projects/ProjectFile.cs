using System.Text.RegularExpressions;
using Glovebox.Projects.Yaml;

namespace Glovebox.Projects;

/// <summary>Reads <c>glovebox.yaml</c>.</summary>
public static partial class ProjectFile
{
    /// <exception cref="Api.RefusalException">Anything wrong in it, with line and column.</exception>
    public static ProjectSpec Read(string path) => Read(YamlSource.ReadFile(path));

    /// <param name="name">Stands for the file in messages.</param>
    public static ProjectSpec Parse(string text, string name) => Read(new YamlSource(name).Parse(text));

    private static ProjectSpec Read(YamlMap file)
    {
        file.Only("project", "environments", "runtimes");
        var project = file.Text("project");
        if (project is not null && !Name().IsMatch(project))
            throw file.Source.At(file.Find("project")!.Start, $"'{project}' is no name: {NameRule}");
        var environments = new List<EnvironmentSpec>();
        foreach (var (key, name, value) in file.Map("environments")?.Entries() ?? [])
        {
            if (!Name().IsMatch(name)) throw file.Source.At(key.Start, $"'{name}' is no name of an environment: {NameRule}");
            if (name == "host")
                throw file.Source.At(key.Start, "'host' is built in and cannot be written anew: give this environment another name");
            environments.Add(EnvironmentReader.Read(name, file.Source.Map(value, $"environment '{name}'")));
        }
        return new ProjectSpec(project, environments) { Runtimes = RuntimeReader.Read(file) };
    }

    private const string NameRule = "a name is 1 to 64 of a-z, 0-9, '.', '_' and '-', and starts with a letter or digit";

    [GeneratedRegex("^[a-z0-9][a-z0-9._-]{0,63}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();
}
