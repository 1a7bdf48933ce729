using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Glovebox.Api.Execution;
using Glovebox.Api.Times;

namespace Glovebox.Api.Runs;

/// <summary>A recorded execution of a project's command. The JSON of this record is what <c>--json</c> prints.</summary>
public sealed record Run
{
    /// <summary>12 random lower-case hexadecimal digits.</summary>
    public required string Id { get; init; }

    public required ExecutionState Status { get; init; }
    public FailureClass? FailureClass { get; init; }
    public int? ExitCode { get; init; }

    /// <summary>For a person: more of the reason. Null when the class says it all.</summary>
    public string? Error { get; init; }

    /// <summary>What the user typed, <c>{name}</c> not yet filled in.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>What was executed in the box: interpreter added, parameters filled in.</summary>
    public required IReadOnlyList<string> Argv { get; init; }

    /// <summary>Parameters by name, typed as YAML types them.</summary>
    public JsonObject Params { get; init; } = [];

    /// <summary>
    /// The last value of each metric that the run reported (helpers, MLflow, <c>metrics.json</c>), nested names joined by dots. Numbers, texts and
    /// truth values; what JSON has no number for reads <c>"NaN"</c>, <c>"Infinity"</c> or <c>"-Infinity"</c>.
    /// </summary>
    public JsonObject Metrics { get; init; } = [];

    public required RunEnvironment Environment { get; init; }

    /// <summary>The image's digest, <c>sha256:…</c>.</summary>
    public required string Image { get; init; }

    /// <summary>The backend that ran it: <c>oci</c>, <c>native</c>.</summary>
    public required string Backend { get; init; }

    /// <summary>Variables given by the user or the environment; values of secrets read <c>***</c>.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Names of the secrets given; their values are nowhere.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    public NetworkMode Network { get; init; }
    public bool Live { get; init; }
    public bool Gpu { get; init; }
    public RunLimits Limits { get; init; } = new(null, null, null, null, null);

    /// <summary>The project's root on the host.</summary>
    public required string Project { get; init; }

    /// <summary>Where the command ran, relative to the project's root; empty for the root.</summary>
    public string WorkingDirectory { get; init; } = "";

    /// <summary>The tree's content before, by its digest.</summary>
    public required string Tree { get; init; }

    /// <summary>The tree's content with the run's outputs in it; null while it runs and where the box left nothing to read.</summary>
    public string? TreeAfter { get; init; }

    [JsonConverter(typeof(UtcTimeConverter))]
    public DateTimeOffset StartedAt { get; init; }
    public double? DurationSeconds { get; init; }
    public ResourceUsage? Usage { get; init; }

    /// <summary>Outputs declared with <c>--output</c>.</summary>
    public IReadOnlyList<string> DeclaredOutputs { get; init; } = [];

    public IReadOnlyList<RunOutput> Outputs { get; init; } = [];

    /// <summary>The outputs are in the real tree: true on success, false otherwise, and while that is not finished.</summary>
    public bool Applied { get; init; }

    /// <summary>Outputs that were not applied because the tree held unsaved work there.</summary>
    public IReadOnlyList<string> NotApplied { get; init; } = [];

    public long StdoutBytes { get; init; }
    public long StderrBytes { get; init; }
    public RunGit? Git { get; init; }
    public required RunHost Host { get; init; }
    public string? Message { get; init; }
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The run that this one repeats.</summary>
    public string? RerunOf { get; init; }

    /// <summary>What the run said of its own configuration (helpers, MLflow, <c>config.json</c>, <c>params.*</c>), nested names joined by dots.</summary>
    public JsonObject Config { get; init; } = [];

    /// <summary>The blob that holds every metric's values by step; null when there are none.</summary>
    public string? Series { get; init; }

    /// <summary>It worked on a copy of <see cref="Tree"/> beside the project, so its outputs are recorded and never applied. True of every rerun.</summary>
    public bool Aside { get; init; }

    /// <summary>The sweep that it is a point of.</summary>
    public string? Sweep { get; init; }
}

/// <summary>Which environment a run used.</summary>
/// <param name="Digest">Its lock's digest, <c>sha256:…</c>.</param>
public sealed record RunEnvironment(string Name, string Digest);

/// <summary>Limits as recorded: sizes in bytes, time in seconds, null for none.</summary>
public sealed record RunLimits(long? MemoryBytes, double? Cpus, int? Pids, long? DiskBytes, double? TimeoutSeconds);

/// <summary>A path that a run changed in its tree.</summary>
/// <param name="Change"><c>added</c>, <c>modified</c>, <c>rewritten</c> (with the bytes it had) or <c>deleted</c>.</param>
/// <param name="Kind"><c>file</c>, <c>directory</c> or <c>symlink</c>.</param>
/// <param name="Sha256">Of a file's bytes; null for anything else and for a deletion.</param>
public sealed record RunOutput(string Path, string Change, string Kind, long Size, string? Sha256);

/// <summary>The git state of the project when the run began.</summary>
/// <param name="Commit">Null before the first commit.</param>
/// <param name="Branch">Null on a detached head.</param>
/// <param name="Dirty">Tracked files differ from the commit, or untracked ones exist.</param>
public sealed record RunGit(string? Commit, string? Branch, bool Dirty);

/// <summary>The machine.</summary>
/// <param name="Gpus">Names of the GPUs given to the box; empty when none was used.</param>
public sealed record RunHost(string Name, string Kernel, string Architecture, string CpuModel, int Cpus, long MemoryBytes, IReadOnlyList<string> Gpus);
