using Glovebox.Api.Execution;

namespace Glovebox.Api.Runs;

/// <summary>What <c>glovebox run</c> was asked to do, as the user wrote it.</summary>
public sealed record RunRequest
{
    /// <summary>Where the user stands; the project is looked for from here (or from the script, when that is elsewhere).</summary>
    public required string Directory { get; init; }

    /// <summary>Command and arguments; the first may be a file of the project.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Null for the project's default.</summary>
    public string? Environment { get; init; }

    /// <summary><c>K=V</c> pairs as typed; the value is a YAML scalar or flow value.</summary>
    public IReadOnlyList<string> Params { get; init; } = [];

    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Secrets with their values: given to the command, recorded by name only.</summary>
    public IReadOnlyDictionary<string, string> Secrets { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<string> Outputs { get; init; } = [];
    public NetworkMode Network { get; init; }
    public Limits Limits { get; init; } = Limits.None;
    public bool Live { get; init; }
    public string Backend { get; init; } = "oci";
    public bool Gpu { get; init; }
    public string? Message { get; init; }
    public IReadOnlyList<string> Tags { get; init; } = [];
    public bool Detach { get; init; }
    public bool Terminal { get; init; }

    /// <summary>Scikit-learn in the box reports estimators and scores by itself.</summary>
    public bool Autolog { get; init; }

    /// <summary>Works on a copy of the tree beside the project: outputs are recorded and not applied.</summary>
    public bool Aside { get; init; }

    /// <summary>With <see cref="Aside"/>: the recorded tree to work on, by its digest; null for the project's tree as it is.</summary>
    public string? Tree { get; init; }

    /// <summary>With <see cref="Aside"/>: the recorded environment to work in, by its lock's digest; null for <see cref="Environment"/>.</summary>
    public string? RecordedEnvironment { get; init; }

    /// <summary>The sweep that it is a point of.</summary>
    public string? Sweep { get; init; }
}

/// <summary>Where a foreground run's bytes go.</summary>
/// <param name="InheritInput">The command reads this process's standard input.</param>
public sealed record RunStreams(Stream? Output, Stream? Error, bool InheritInput);

/// <summary>How <c>glovebox rerun</c> departs from the recorded run.</summary>
/// <param name="Params">Parameters that replace recorded ones, as <c>K=V</c>.</param>
/// <param name="Secrets">Values for the recorded run's secrets: they were never stored.</param>
public sealed record RerunRequest(
    string Id, IReadOnlyList<string> Params, IReadOnlyDictionary<string, string> Secrets, bool Verify, string? Message, IReadOnlyList<string> Tags);

/// <summary>What a rerun gave.</summary>
/// <param name="Comparison">Every output of either run, in path order; null when it was not asked for.</param>
public sealed record RerunResult(Run Run, IReadOnlyList<OutputComparison>? Comparison);

/// <param name="Verdict"><c>equal</c>, <c>different</c>, <c>missing</c> (only the recorded run wrote it) or <c>new</c>.</param>
public sealed record OutputComparison(string Path, string Verdict, string? RecordedSha256, string? Sha256);
