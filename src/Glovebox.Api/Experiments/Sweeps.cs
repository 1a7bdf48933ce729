using Glovebox.Api.Execution;
using Glovebox.Api.Runs;

namespace Glovebox.Api.Experiments;

/// <summary>What <c>glovebox sweep</c> was asked to do.</summary>
public sealed record SweepRequest
{
    /// <summary>What every point runs. Its parameters are <c>NAME=SPACE</c>: <c>a,b</c>, <c>a..b</c>, <c>a..b:n</c>, <c>log:a..b:n</c>, <c>int:…</c>.</summary>
    public required RunRequest Run { get; init; }

    /// <summary>So many points drawn from the space; null for all of a grid.</summary>
    public int? Random { get; init; }

    /// <summary>The same seed draws the same points; null for one of chance.</summary>
    public long? Seed { get; init; }

    /// <summary>How many run at once.</summary>
    public int Jobs { get; init; } = 1;

    /// <summary>After so many failures no further point is started; null for never.</summary>
    public int? MaxFailures { get; init; }

    /// <summary>Goes on with this sweep: <see cref="Run"/> then only gives secrets.</summary>
    public string? Resume { get; init; }

    /// <summary>Goes on with the newest sweep of the same command, values and directory; a new one begins where there is none.</summary>
    public bool ResumeNewest { get; init; }
}

/// <summary>A point has ended, or (<paramref name="Run"/> null) begins.</summary>
/// <param name="Params">As <c>NAME=VALUE</c>.</param>
/// <param name="Done">Points that have ended, those of earlier attempts included.</param>
public sealed record SweepProgress(string Sweep, IReadOnlyList<string> Params, Run? Run, int Done, int Failed, int Total);

/// <summary>A sweep at its end.</summary>
/// <param name="Skipped">Points that were not started.</param>
/// <param name="Runs">Every run of the sweep, oldest first, those of earlier attempts included.</param>
public sealed record SweepResult(string Id, int Total, int Succeeded, int Failed, int Skipped, long? Seed, IReadOnlyList<Run> Runs)
{
    /// <summary>Nothing is left to be run.</summary>
    public bool IsComplete => Succeeded == Total;

    /// <summary>Points that were ended by the user.</summary>
    public int Cancelled => Runs.Count(run => run.Status == ExecutionState.Cancelled);
}
