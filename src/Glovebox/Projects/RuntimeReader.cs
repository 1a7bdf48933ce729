using Glovebox.Projects.Yaml;

namespace Glovebox.Projects;

/// <summary>A runtime of functions as <c>glovebox.yaml</c> has it under <c>runtimes:</c>.</summary>
/// <param name="Environment">Of this project, <c>host</c>, or an image.</param>
/// <param name="Path">Where code is in the box.</param>
public sealed record WrittenRuntime(string Name, string Environment, string Path, string? Dependencies, string? Run);

/// <summary>Reads the section <c>runtimes:</c>.</summary>
internal static class RuntimeReader
{
    private const string DefaultPath = "/ws";

    public static IReadOnlyList<WrittenRuntime> Read(YamlMap file) =>
        [.. (file.Map("runtimes")?.Entries() ?? []).Select(entry => Read(entry.Name, file.Source.Map(entry.Value, $"runtime '{entry.Name}'")))];

    private static WrittenRuntime Read(string name, YamlMap map)
    {
        map.Only("env", "image", "path", "dependencies", "run");
        var (environment, image) = (map.Text("env"), map.Text("image"));
        if (environment is not null && image is not null) throw map.Source.At(map.Find("image")!.Start, $"runtime '{name}' has env and image: give one of them");
        return new WrittenRuntime(name, environment ?? image ?? "host", map.Text("path") ?? DefaultPath, map.Text("dependencies"), map.Text("run"));
    }
}
