using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;

namespace Glovebox.Storage.Sql.Jobs;

/// <summary>What changes in a job while it lives: the columns beside its definition. Locked from reading to writing.</summary>
internal sealed class JobRow
{
    /// <summary>How bad an end is; a job whose executions ended differently takes the worst.</summary>
    private static readonly ExecutionState[] Severity =
        [ExecutionState.Succeeded, ExecutionState.Expired, ExecutionState.Cancelled, ExecutionState.Lost, ExecutionState.TimedOut, ExecutionState.Failed];

    public required string Id { get; init; }
    public required string Task { get; init; }
    public JobState Status { get; set; }
    public DateTimeOffset ModifiedAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }
    public bool Stopped { get; set; }
    public long Total { get; set; }
    public long Open { get; set; }
    public long Active { get; set; }
    public long Succeeded { get; set; }
    public long Failed { get; set; }
    public long Worst { get; set; }
    public long Version { get; set; } = 1;
    public bool Paused { get; set; }
    public DateTimeOffset? NextAt { get; set; }
    public DateTimeOffset? LastAt { get; set; }
    public long Ticks { get; set; }
    public long Skipped { get; set; }

    // Of the definition, for reading alone.
    public bool Scheduled { get; init; }
    public bool Tells { get; init; }
    public string? Key { get; init; }

    public bool Finished => FinishedAt is not null;

    /// <summary>Counts an execution that ended for good.</summary>
    public void Count(ExecutionState end)
    {
        Open--;
        if (end == ExecutionState.Succeeded) Succeeded++;
        else Failed++;
        Worst = Math.Max(Worst, SeverityOf(end));
    }

    public static long SeverityOf(ExecutionState end) => Array.IndexOf(Severity, end) + 1;

    /// <summary>The state that the counts lead to.</summary>
    /// <param name="ready">An execution that waits could start.</param>
    public void Settle(bool ready, DateTimeOffset now)
    {
        ModifiedAt = now;
        if (Open > 0) Status = Active > 0 ? JobState.Running : ready ? JobState.Queued : JobState.Scheduled;
        else if (NextAt is not null && !Stopped) Status = JobState.Scheduled;
        else
        {
            Status = Scheduled && Stopped || Worst == 0 ? Stopped ? JobState.Cancelled : JobState.Expired : End(Severity[Worst - 1]);
            FinishedAt ??= now;
            return;
        }

        FinishedAt = null;
    }

    private static JobState End(ExecutionState state) => state switch
    {
        ExecutionState.Succeeded => JobState.Succeeded,
        ExecutionState.Failed => JobState.Failed,
        ExecutionState.TimedOut => JobState.TimedOut,
        ExecutionState.Cancelled => JobState.Cancelled,
        ExecutionState.Expired => JobState.Expired,
        _ => JobState.Lost,
    };
}
