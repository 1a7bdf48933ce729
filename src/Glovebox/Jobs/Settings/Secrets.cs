using Glovebox.Projects.Yaml;

namespace Glovebox.Jobs.Settings;

/// <summary>Secrets are never in the file of settings itself: it names a variable of the server's environment, or a file.</summary>
internal sealed class Secrets(Func<string, string?> variable)
{
    public static string[] KeysOf(string what) => [$"{what}Variable", $"{what}File"];

    /// <returns>Null when neither is given.</returns>
    /// <exception cref="Api.RefusalException">Both are given, or what they name is not there.</exception>
    public string? Read(YamlMap map, string what)
    {
        var (named, file) = (map.Find($"{what}Variable"), map.Find($"{what}File"));
        if (named is not null && file is not null) throw map.Source.At(file.Start, $"{what}Variable and {what}File exclude each other: give one");
        if (named is not null)
        {
            var name = map.Source.Text(named, $"{what}Variable");
            return variable(name) is { Length: > 0 } value ? value : throw map.Source.At(named.Start, $"{what}Variable: '{name}' is not set in the server's environment");
        }

        if (file is null) return null;
        var path = map.Source.Text(file, $"{what}File");
        try
        {
            return File.ReadAllText(path).TrimEnd('\r', '\n');
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw map.Source.At(file.Start, $"{what}File: cannot be read: {failure.Message}");
        }
    }
}
