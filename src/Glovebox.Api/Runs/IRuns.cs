using Glovebox.Api.Environments;

namespace Glovebox.Api.Runs;

/// <summary>Running commands and looking at what was run.</summary>
public interface IRuns
{
    /// <summary>
    /// Runs to the end (or, detached, until the command has started). Cancelling ends the command and records the run as cancelled;
    /// it does not throw. A box that could not start is a recorded run with failure class <c>start</c>.
    /// </summary>
    /// <exception cref="RefusalException">The request is wrong, and nothing was recorded.</exception>
    Task<Run> StartAsync(RunRequest request, RunStreams streams, IProgress<BuildProgress> progress, CancellationToken cancellation);

    /// <summary>Repeats a run from its record in a fresh box; the working tree is not touched.</summary>
    Task<RerunResult> RerunAsync(RerunRequest request, RunStreams streams, IProgress<BuildProgress> progress, CancellationToken cancellation);

    /// <summary>Newest first.</summary>
    Task<IReadOnlyList<Run>> ListAsync(RunFilter filter, CancellationToken cancellation);

    /// <param name="id">Any unique part of an id, 4 or more characters.</param>
    /// <exception cref="RefusalException">Not found, or not unique: names the candidates.</exception>
    Task<Run> GetAsync(string id, CancellationToken cancellation);

    /// <summary>Waits until the run has ended (returns at once when it has).</summary>
    Task<Run> WaitAsync(string id, CancellationToken cancellation);

    /// <summary>Ends a running run: TERM, grace, KILL.</summary>
    Task<Run> CancelAsync(string id, CancellationToken cancellation);

    /// <summary>Writes the run's output bytes as they were.</summary>
    /// <param name="output">Receives standard output; null to leave it out.</param>
    /// <param name="follow">Goes on until the run has ended.</param>
    Task CopyLogAsync(string id, Stream? output, Stream? error, bool follow, CancellationToken cancellation);

    /// <summary>Writes the run's outputs into a directory, which is made if need be and must be empty.</summary>
    Task<Run> CopyOutputsAsync(string id, string directory, CancellationToken cancellation);

    /// <summary>Every metric's values by step, as far as they are known: of a running run, what there is now.</summary>
    Task<IReadOnlyList<MetricSeries>> SeriesAsync(string id, CancellationToken cancellation);

    Task<RunDiff> DiffAsync(string a, string b, CancellationToken cancellation);

    /// <summary>Forgets a run that has ended; its bytes are freed by gc.</summary>
    Task RemoveAsync(string id, CancellationToken cancellation);
}

/// <summary>Which runs to list. Everything given must hold.</summary>
/// <param name="Status">One of the states' names.</param>
/// <param name="Since">Started at or after.</param>
/// <param name="Where">A condition such as <c>metrics.accuracy&gt;0.9 and params.C&lt;1</c>.</param>
/// <param name="Project">Only runs of the project whose root this is.</param>
/// <param name="Limit">At most so many; null for all.</param>
public sealed record RunFilter(
    string? Status = null, string? Tag = null, DateTimeOffset? Since = null, string? Where = null, string? Project = null, int? Limit = null)
{
    /// <summary>Null: newest first.</summary>
    public RunOrder? OrderBy { get; init; }
}

/// <summary>Runs in the order of a metric; those without a number for it are left out.</summary>
/// <param name="Field"><c>metrics.NAME</c>.</param>
public sealed record RunOrder(string Field, bool Descending);

/// <summary>What differs between two runs, section by section; only sections with differences are there.</summary>
public sealed record RunDiff(string A, string B, IReadOnlyList<DiffSection> Sections);

/// <param name="Name"><c>command</c>, <c>params</c>, <c>config</c>, <c>environment</c>, <c>packages</c>, <c>variables</c>, <c>code</c>, <c>outputs</c>, <c>outcome</c> or <c>machine</c>.</param>
/// <param name="Items">One an item that differs.</param>
public sealed record DiffSection(string Name, IReadOnlyList<DiffItem> Items);

/// <param name="A">The value in the first run; null when it is not there.</param>
/// <param name="Patch">For text files of the code: a unified diff.</param>
/// <param name="Delta">Of two numbers among params, config and metrics, of runs as of snapshots: B minus A.</param>
/// <param name="Percent">That in percent of A; null when A is 0.</param>
public sealed record DiffItem(string Name, string? A, string? B, string? Patch = null, double? Delta = null, double? Percent = null)
{
    /// <summary>The path in the first, of a file of the code that was renamed; else null.</summary>
    public string? From { get; init; }
}
