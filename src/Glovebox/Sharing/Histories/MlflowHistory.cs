using System.Globalization;
using System.Text.Json.Nodes;
using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Runs;
using Glovebox.Runs.Tracking;
using Glovebox.Snapshots;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Glovebox.Sharing.Histories;

/// <summary>
/// MLflow's file store: <c>mlruns/EXPERIMENT/RUN/</c> with <c>meta.yaml</c>, <c>params/NAME</c> (the value), <c>metrics/NAME</c> (a line a point:
/// time, value, step), <c>tags/NAME</c> and <c>artifacts/</c>. Names may have slashes, which are folders.
/// </summary>
internal sealed class MlflowHistory : IHistory
{
    private const string Tool = "mlflow", Meta = "meta.yaml";

    private readonly HomeSide _home;

    private MlflowHistory(string root, HomeSide home)
    {
        _home = home;
        Entries =
        [
            .. Directory.EnumerateDirectories(root).Where(experiment => Path.GetFileName(experiment) is not (".trash" or "models"))
                .SelectMany(Directory.EnumerateDirectories).Where(IsRun).Order(StringComparer.Ordinal),
        ];
    }

    public IReadOnlyList<string> Entries { get; }

    public static MlflowHistory Open(string path, HomeSide home)
    {
        var root = Directory.Exists(Path.Combine(path, "mlruns")) ? Path.Combine(path, "mlruns") : path;
        if (!Directory.Exists(root)) throw RefusalException.NotFound($"no directory {root}");
        var history = new MlflowHistory(root, home);
        var isStore = history.Entries.Count > 0 || Path.GetFileName(root) == "mlruns"
            || Directory.EnumerateDirectories(root).Any(experiment => File.Exists(Path.Combine(experiment, Meta)));
        return isStore ? history : throw RefusalException.Bad($"{root} is no file store of MLflow: it has no EXPERIMENT/RUN/{Meta}");
    }

    public string IdOf(string entry) => ForeignRuns.Id(Tool, Path.GetFileName(entry));

    public Run? Read(string entry, string project, bool store, CancellationToken cancellation)
    {
        var meta = ReadMeta(Path.Combine(entry, Meta));
        if (meta.GetValueOrDefault("lifecycle_stage") == "deleted") return null;
        var started = Time(meta, "start_time") ?? throw new DamagedEntryException($"{Meta} has no start_time");
        var ended = Time(meta, "end_time");
        var tags = Values(Path.Combine(entry, "tags"));
        ForeignState? state = StateOf(meta.GetValueOrDefault("status"));
        if (state is null) return null;
        var outputs = ForeignRuns.Entries(Path.Combine(entry, "artifacts"), "artifacts/", store ? _home.Blobs : null).ToList();
        var tree = store ? _home.Trees.Save(ForeignRuns.WithParents(outputs)) : null;
        var empty = store ? _home.Trees.Save([]).Id.Hex : "";
        var source = tags.GetValueOrDefault("mlflow.source.name") ?? meta.GetValueOrDefault("source_name") ?? "";
        var name = tags.GetValueOrDefault("mlflow.runName") ?? meta.GetValueOrDefault("run_name") ?? "";
        var metrics = Metrics(entry);
        var run = ForeignRuns.New(Tool, Path.GetFileName(entry), [source.Length > 0 ? source : "mlflow"], project, empty, Tool);
        return run with
        {
            Status = state.Value.Status,
            FailureClass = state.Value.Failure,
            Params = Params(entry),
            Metrics = metrics.Metrics,
            Series = store && metrics.Series is { Count: > 0 } series ? _home.Blobs.Put(SeriesDocument.Write(series)).Hex : null,
            StartedAt = started,
            DurationSeconds = ended is { } end ? Math.Max(0, (end - started).TotalSeconds) : null,
            TreeAfter = tree?.Id.Hex,
            Outputs = [.. outputs.Where(output => output.Kind == TreeEntryKind.File).Select(ForeignRuns.Output)],
            Message = tags.GetValueOrDefault("mlflow.note.content") ?? (name.Length > 0 ? name : null),
            Git = tags.GetValueOrDefault("mlflow.source.git.commit") is { Length: > 0 } commit
                ? new RunGit(commit, tags.GetValueOrDefault("mlflow.source.git.branch"), false) : null,
            Tags = [Tool, .. ExperimentOf(entry), .. ParentOf(tags), .. tags.Where(tag => !IsOwn(tag.Key)).Select(tag => $"{tag.Key}={tag.Value}")],
        };
    }

    private readonly record struct ForeignState(ExecutionState Status, FailureClass? Failure);

    /// <summary>Written as a number by all but the newest: RUNNING 1, SCHEDULED 2, FINISHED 3, FAILED 4, KILLED 5. What was left running is lost.</summary>
    private static ForeignState? StateOf(string? status) => status switch
    {
        "3" or "FINISHED" => new ForeignState(ExecutionState.Succeeded, null),
        "4" or "FAILED" => new ForeignState(ExecutionState.Failed, FailureClass.ExitCode),
        "5" or "KILLED" => new ForeignState(ExecutionState.Cancelled, FailureClass.Cancelled),
        "1" or "RUNNING" => new ForeignState(ExecutionState.Lost, FailureClass.Lost),
        "2" or "SCHEDULED" => null,
        _ => throw new DamagedEntryException($"{Meta} has no known status ('{status}')"),
    };

    /// <summary>A run's folder, damaged ones too: by what it holds, or by its name of 32 digits.</summary>
    private static bool IsRun(string folder)
    {
        var name = Path.GetFileName(folder);
        return File.Exists(Path.Combine(folder, Meta)) && !File.Exists(Path.Combine(folder, "registered_model_meta")) && Directory.Exists(Path.Combine(folder, "metrics"))
            || name.Length == 32 && name.All(char.IsAsciiHexDigitLower);
    }

    private static JsonObject Params(string entry)
    {
        var values = new JsonObject();
        foreach (var (name, text) in Values(Path.Combine(entry, "params"))) values[name] = ForeignRuns.Value(text);
        return values;
    }

    private static Report Metrics(string entry)
    {
        var report = new Report();
        foreach (var (name, path) in NamedFiles(Path.Combine(entry, "metrics")))
            MlflowPoint.AddAll(report, name, File.ReadLines(path).Where(line => line.Length > 0).Select(line => Point(name, line)));
        return report;
    }

    private static MlflowPoint Point(string name, string line) => MlflowPoint.Parse(line)
        ?? throw new DamagedEntryException($"metrics/{name} has a line that is no point: '{(line.Length > 60 ? line[..60] : line)}'");

    private static IEnumerable<string> ExperimentOf(string entry)
    {
        var meta = Path.Combine(Path.GetDirectoryName(entry)!, Meta);
        if (!File.Exists(meta)) return [];
        try
        {
            return ReadMeta(meta).GetValueOrDefault("name") is { Length: > 0 } name ? [$"experiment={name}"] : [];
        }
        catch (DamagedEntryException)
        {
            // The run itself is whole; only its experiment's name cannot be told.
            return [];
        }
    }

    /// <summary>MLflow's nested runs name the one around them.</summary>
    private static IEnumerable<string> ParentOf(Dictionary<string, string> tags) =>
        tags.GetValueOrDefault("mlflow.parentRunId") is { Length: > 0 } parent ? [$"parent={ForeignRuns.Id(Tool, parent.Trim())}"] : [];

    private static bool IsOwn(string tag) => tag.StartsWith("mlflow.", StringComparison.Ordinal);

    private static Dictionary<string, string> Values(string folder) =>
        NamedFiles(folder).ToDictionary(file => file.Name, file => File.ReadAllText(file.Path), StringComparer.Ordinal);

    private static IEnumerable<(string Name, string Path)> NamedFiles(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Select(path => (Path.GetRelativePath(folder, path), path)).OrderBy(file => file.Item1, StringComparer.Ordinal)
        : [];

    private static DateTimeOffset? Time(Dictionary<string, string> meta, string name) =>
        long.TryParse(meta.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds < 253_402_300_799_000
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;

    private static Dictionary<string, string> ReadMeta(string path)
    {
        try
        {
            var yaml = new YamlStream();
            using var text = new StreamReader(path);
            yaml.Load(text);
            if (yaml.Documents is not [{ RootNode: YamlMappingNode map }]) throw new DamagedEntryException($"{Meta} is no map");
            return map.Children.Where(pair => pair is { Key: YamlScalarNode, Value: YamlScalarNode })
                .ToDictionary(pair => ((YamlScalarNode)pair.Key).Value ?? "", pair => ((YamlScalarNode)pair.Value).Value ?? "", StringComparer.Ordinal);
        }
        catch (Exception wrong) when (wrong is YamlException or FileNotFoundException)
        {
            throw new DamagedEntryException($"{Meta} cannot be read: {wrong.Message}");
        }
    }
}
