using System.Text.Json.Nodes;

namespace Glovebox.Api.Experiments;

/// <param name="Sort">A column, with <c>:asc</c> or <c>:desc</c> after it if wanted; null for the order of the selection.</param>
/// <param name="OnlyChanged">Leaves out columns whose value is the same in every run, the times of start, and configuration that repeats the parameters.</param>
public sealed record CompareRequest(RunSelection Selection, string? Sort = null, bool OnlyChanged = false);

/// <summary>Runs side by side.</summary>
/// <param name="Columns"><c>status command environment startedAt durationSeconds</c>, then <c>params.NAME</c>, <c>config.NAME</c>, <c>metrics.NAME</c>.</param>
public sealed record RunComparison(IReadOnlyList<string> Columns, IReadOnlyList<ComparedRun> Runs);

/// <param name="Values">By column; a value that the run does not have is not there.</param>
public sealed record ComparedRun(string Id, JsonObject Values);
