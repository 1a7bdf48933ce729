using System.Text.Json.Nodes;
using Glovebox.Blobs;
using Glovebox.Snapshots;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
using Glovebox.Values;

namespace Glovebox.Runs.Tracking;

/// <summary>
/// What a run reports in files of its tree, in its working directory or the root: metrics only where the run itself wrote them, for a file
/// that was there before speaks of another run; configuration also where it was there, for the run may have read it.
/// </summary>
internal sealed class ReportFiles(IBlobStore blobs, string workingDirectory)
{
    private const int LargestBytes = 1 << 20;

    private static readonly string[] MetricsNames = ["metrics.json", "stats.json"];
    private static readonly string[] ConfigNames = ["config.json", "params.json", "params.yaml", "params.yml"];

    public void ReadMetrics(IReadOnlyList<TreeChange> written, Report report)
    {
        foreach (var path in Paths(MetricsNames))
        {
            if (written.FirstOrDefault(c => c.Path == path)?.After is not { } file) continue;
            ReadJson(file, report.AddFinal);
        }
    }

    /// <param name="after">The tree when the run had ended.</param>
    public void ReadConfig(IReadOnlyDictionary<string, TreeEntry> after, Report report)
    {
        foreach (var path in Paths(ConfigNames))
        {
            if (!after.TryGetValue(path, out var file)) continue;
            void Add(string name, JsonNode? value)
            {
                if (!report.Config.ContainsKey(name)) report.AddConfig(name, value);
            }

            if (path.EndsWith(".json", StringComparison.Ordinal)) ReadJson(file, Add);
            else ReadYaml(file, Add);
        }
    }

    private IEnumerable<string> Paths(string[] names) =>
        workingDirectory.Length == 0 ? names : names.Select(name => $"{workingDirectory}/{name}").Concat(names);

    private void ReadJson(TreeEntry file, Action<string, JsonNode?> add)
    {
        if (Content(file) is not { } bytes) return;
        using var document = LooseJson.TryParse(bytes);
        if (document?.RootElement.ValueKind == System.Text.Json.JsonValueKind.Object) Scalars.Flatten(document.RootElement, "", add);
    }

    private void ReadYaml(TreeEntry file, Action<string, JsonNode?> add)
    {
        if (Content(file) is not { } bytes) return;
        try
        {
            var stream = new YamlStream();
            stream.Load(new StreamReader(new MemoryStream(bytes)));
            if (stream.Documents.Count > 0 && stream.Documents[0].RootNode is YamlMappingNode map) Flatten(map, "", add);
        }
        catch (YamlException)
        {
            // As with JSON that is none: the file is there to be looked at.
        }
    }

    private static void Flatten(YamlMappingNode map, string prefix, Action<string, JsonNode?> add)
    {
        foreach (var (key, value) in map.Children)
        {
            if (key is not YamlScalarNode { Value: { } name }) continue;
            if (value is YamlMappingNode inner) Flatten(inner, prefix + name + ".", add);
            else if (value is YamlScalarNode { Style: ScalarStyle.Plain } plain) add(prefix + name, ParamValues.Scalar(plain.Value ?? ""));
            else if (value is YamlScalarNode text) add(prefix + name, JsonValue.Create(text.Value ?? ""));
        }
    }

    private byte[]? Content(TreeEntry file) => file.Blob is { } blob && file.Size <= LargestBytes ? blobs.Read(blob) : null;
}
