using System.Text.Json.Nodes;

namespace Glovebox.Runs.Tracking;

/// <summary>What a run reported, gathered from all the ways of reporting. Hostile input makes it incomplete, never large.</summary>
internal sealed class Report
{
    /// <summary>Names of metrics, and of settings, at most.</summary>
    public const int MostNames = 2000;

    private const int LongestName = 250, LongestText = 1000, MostArtifacts = 1000, MostTags = 50;

    private readonly Dictionary<string, SeriesBuilder> _series = new(StringComparer.Ordinal);
    private readonly HashSet<string> _artifacts = new(StringComparer.Ordinal);
    private readonly List<string> _tags = [];

    public static Report Empty => new();

    /// <summary>The last value of each metric.</summary>
    public JsonObject Metrics { get; } = [];

    public JsonObject Config { get; } = [];

    /// <summary>Paths of the tree that the run named as outputs.</summary>
    public IReadOnlyCollection<string> Artifacts => _artifacts;

    public IReadOnlyList<string> Tags => _tags;

    public IReadOnlyList<Api.Runs.MetricSeries> Series => [.. _series.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => s.Value.Build(s.Key))];

    /// <param name="step">Null: the number of values before this one.</param>
    /// <param name="time">Milliseconds since 1970; 0 when unknown.</param>
    public void AddMetric(string name, JsonNode? value, double? step, long time)
    {
        if (!Take(Metrics, name, value)) return;
        if (Scalars.NumberOf(value) is not { } number) return;
        if (!_series.TryGetValue(name, out var series)) _series[name] = series = new SeriesBuilder();
        series.Add(step, time, number);
    }

    /// <summary>A value from a file that holds one value a metric: no step, and none that was logged is replaced.</summary>
    public void AddFinal(string name, JsonNode? value)
    {
        if (!Metrics.ContainsKey(name)) Take(Metrics, name, value);
    }

    public void AddConfig(string name, JsonNode? value) => Take(Config, name, value);

    public void AddArtifact(string path)
    {
        if (_artifacts.Count < MostArtifacts) _artifacts.Add(path);
    }

    public void AddTag(string tag)
    {
        if (tag.Length is > 0 and <= LongestName && _tags.Count < MostTags && !_tags.Contains(tag)) _tags.Add(tag);
    }

    private static bool Take(JsonObject values, string name, JsonNode? value)
    {
        if (name.Length is 0 or > LongestName || (!values.ContainsKey(name) && values.Count >= MostNames)) return false;
        if (value is not null && value is not JsonValue) return false;
        values[name] = value is JsonValue v && v.TryGetValue<string>(out var text) && text.Length > LongestText ? JsonValue.Create(text[..LongestText]) : value?.DeepClone();
        return true;
    }
}
