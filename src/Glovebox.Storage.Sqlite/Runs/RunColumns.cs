namespace Glovebox.Storage.Sqlite.Runs;

/// <summary>Which values of a run's document stand in a column beside it, so that a search need not open the document.</summary>
internal static class RunColumns
{
    /// <summary>By path in the document, joined by dots.</summary>
    public static readonly IReadOnlyDictionary<string, string> ByPath = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["id"] = "id",
        ["status"] = "status",
        ["project"] = "project",
        ["startedAt"] = "started",
        ["durationSeconds"] = "duration",
        ["exitCode"] = "exit_code",
        ["failureClass"] = "failure_class",
        ["environment.name"] = "environment",
        ["image"] = "image",
        ["backend"] = "backend",
        ["command"] = "command",
        ["message"] = "message",
        ["rerunOf"] = "rerun_of",
        ["sweep"] = "sweep",
        ["git.commit"] = "git_commit",
        ["git.branch"] = "git_branch",
        ["git.dirty"] = "git_dirty",
        ["host.name"] = "host",
        ["usage.cpuSeconds"] = "cpu_seconds",
        ["usage.peakMemoryBytes"] = "peak_memory",
    };

    // The first three are written as they are; the rest are taken from the document that is written with them.
    private static readonly (string Column, string Path)[] Taken =
        [.. ByPath.Where(one => one.Key is not ("id" or "status" or "project")).Select(one => (one.Value, one.Key))];

    /// <summary><c>started = json_extract(@document, '$.startedAt'), …</c></summary>
    public static readonly string Assignments = string.Join(", ", Taken.Select(one => $"{one.Column} = {Extract(one.Path)}"));

    public static readonly string Names = string.Join(", ", Taken.Select(one => one.Column));

    /// <summary>In the order of <see cref="Names"/>.</summary>
    public static readonly string Values = string.Join(", ", Taken.Select(one => Extract(one.Path)));

    private static string Extract(string path) => $"json_extract(@document, '$.{path}')";
}
