using System.Text.Json;
using System.Text.Json.Nodes;
using Glovebox.Api;
using Glovebox.Api.Snapshots;
using Glovebox.Values;

namespace Glovebox.Snapshots.Records;

/// <summary>Config and metrics as a user gives them.</summary>
internal static class SnapshotValues
{
    private const long LargestFile = 1 << 20;

    public static readonly IReadOnlyList<string> ConfigNames = ["config.json", "config.yaml", "config.yml", "params.json", "params.yaml", "params.yml"];
    public static readonly IReadOnlyList<string> MetricsNames = ["metrics.json", "stats.json"];

    /// <summary>The values, and which file they came from (null for none).</summary>
    /// <param name="known">Files of the project's root that are read when nothing is given: the first that is there.</param>
    public static (JsonObject Values, string? File) Read(ValuesSource source, string directory, string root, IReadOnlyList<string> known)
    {
        var file = source.File is { } named ? Path.GetFullPath(named, directory)
            : source.IsGiven ? null
            : known.Select(name => Path.Join(root, name)).FirstOrDefault(File.Exists);
        var values = file is null ? [] : ReadFile(file);
        foreach (var (name, value) in ParamValues.Parse(source.Pairs)) values[name] = value?.DeepClone();
        return (values, file);
    }

    /// <summary>Metrics are numbers: nested names are joined by dots, and what is no number is left out of a file.</summary>
    /// <exception cref="RefusalException">A value that was given by hand is no number.</exception>
    public static JsonObject Numbers(JsonObject values, ValuesSource source)
    {
        var numbers = new JsonObject();
        Collect(values, "", numbers);
        foreach (var pair in source.Pairs)
        {
            var name = pair[..pair.IndexOf('=', StringComparison.Ordinal)];
            if (!numbers.ContainsKey(name) && values[name] is not JsonObject)
                throw RefusalException.Bad($"--metrics {pair}: a metric is a number; other values belong to the config (-c {pair})");
        }

        return numbers;
    }

    private static void Collect(JsonObject values, string front, JsonObject numbers)
    {
        foreach (var (name, value) in values)
        {
            if (value is JsonObject inner) Collect(inner, front + name + ".", numbers);
            else if (value?.GetValueKind() == JsonValueKind.Number) numbers[front + name] = value.DeepClone();
        }
    }

    private static JsonObject ReadFile(string path)
    {
        try
        {
            if (new FileInfo(path).Length > LargestFile) throw RefusalException.Bad($"{path}: larger than 1 MiB; this is no file of a few values");
            return ParamValues.ParseFile(File.ReadAllText(path), path);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw RefusalException.NotFound($"no file {path}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw RefusalException.Bad($"{path}: cannot be read: {failure.Message}");
        }
    }
}
