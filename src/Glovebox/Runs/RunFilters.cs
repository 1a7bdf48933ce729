using System.Text.Json;
using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Runs;
using Glovebox.Spelling;

namespace Glovebox.Runs;

/// <summary>Checks what a list was asked for.</summary>
internal static class RunFilters
{
    private static readonly string[] Statuses =
        [.. Enum.GetValues<ExecutionState>().Select(s => JsonNamingPolicy.SnakeCaseLower.ConvertName(s.ToString()))];

    public static void Check(RunFilter filter)
    {
        if (filter.Status is { } status && !Statuses.Contains(status))
            throw RefusalException.Bad($"no status '{status}'{Nearest.Hint(status, Statuses)}; there are {string.Join(", ", Statuses)}");
        if (filter.Limit is < 1) throw RefusalException.Bad($"a limit of {filter.Limit} lists nothing; give 1 or more");
    }
}
