namespace Glovebox.Api.Jobs;

/// <summary>Part of a list.</summary>
/// <param name="Next">What to ask with for the rest; null at the end.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Which jobs; newest first. Null does not filter.</summary>
/// <param name="Query">As in <c>runs ls --where</c>, over a job's fields.</param>
/// <param name="Scheduled">Only jobs with (true) or without (false) a schedule.</param>
/// <param name="Limit">1 to 1000.</param>
public sealed record JobFilter(
    string? Task = null, JobState? Status = null, string? Query = null, bool? Scheduled = null, string? Cursor = null, int Limit = 50);

/// <summary>Which executions; newest first.</summary>
public sealed record ExecutionFilter(string? JobId = null, string? Task = null, string? Status = null, string? Cursor = null, int Limit = 50);

/// <summary>Which tasks, by name.</summary>
/// <param name="Text">Part of the name, letter case ignored.</param>
public sealed record TaskFilter(string? Text = null, string? Cursor = null, int Limit = 50);
