using Glovebox.Api.Execution;
using Glovebox.Api.Runs;
using Glovebox.Snapshots;

namespace Glovebox.Runs;

/// <summary>Outputs that the user asked for with <c>--output</c>.</summary>
internal static class DeclaredOutputs
{
    /// <summary>A run that did not write one of them has failed, whatever its exit code.</summary>
    public static Run Demand(Run run, IReadOnlyList<TreeChange> changes)
    {
        string[] missing = [.. run.DeclaredOutputs.Where(wanted => !changes.Any(c => c.After is not null && IsAtOrBelow(c.Path, wanted)))];
        if (missing.Length == 0) return run;
        return run with
        {
            Status = ExecutionState.Failed,
            FailureClass = FailureClass.MissingOutput,
            Error = $"the command ended well but did not write {string.Join(", ", missing)}, which --output asked for",
        };
    }

    private static bool IsAtOrBelow(string path, string wanted) =>
        path == wanted || (path.StartsWith(wanted, StringComparison.Ordinal) && path[wanted.Length] == '/');
}
