using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Api.Runs;
using Glovebox.Execution;
using Glovebox.Jobs.Retrying;
using Glovebox.Jobs.Stores;

namespace Glovebox.Jobs.Nodes;

/// <summary>How an execution came to its end.</summary>
/// <param name="Started">A box ran, or may have.</param>
internal sealed record ExecutionEnd(Outcome Outcome, bool Started)
{
    public static ExecutionEnd NotStarted(int exitCode, string message, TimeProvider time) =>
        new(Make(ExecutionState.Failed, FailureClass.Start, exitCode, message, time), Started: false);

    public static ExecutionEnd CancelledBefore(TimeProvider time) =>
        new(Make(ExecutionState.Cancelled, FailureClass.Cancelled, null, null, time), Started: false);

    public static ExecutionEnd Lost(string message, TimeProvider time) =>
        new(Make(ExecutionState.Lost, FailureClass.Lost, null, message, time), Started: true);

    /// <summary>The record of it.</summary>
    /// <param name="missing">Declared outputs that are not there: a success without them is none.</param>
    public ExecutionFinish Record(
        ClaimedExecution claimed, ExecutionKey key, LogEnding log, IReadOnlyList<RunOutput> outputs, IReadOnlyList<string> missing, DateTimeOffset now)
    {
        var (state, failure, error) = (Outcome.State, Outcome.Failure, Outcome.Message);
        if (state == ExecutionState.Succeeded && missing.Count > 0)
        {
            (state, failure) = (ExecutionState.Failed, FailureClass.MissingOutput);
            error = $"the command ended well but did not write {string.Join(", ", missing)}, which the job's outputs ask for";
        }
        var ended = claimed.Execution with { Status = state, FailureClass = failure, ExitCode = Outcome.ExitCode, FinishedAt = now };
        var retry = failure is { } reason ? RetryRules.Next(ended, claimed.Spec, reason, now, Random.Shared) : null;
        return new ExecutionFinish(
            key, state, failure, Outcome.ExitCode, error, StartedAt(claimed), now, Started ? Outcome.Duration.TotalSeconds : null,
            Started ? Outcome.Usage : null, log.OutputBytes, log.ErrorBytes, log.Cut, outputs, retry);
    }

    private DateTimeOffset? StartedAt(ClaimedExecution claimed) =>
        !Started ? null : Outcome.State == ExecutionState.Lost ? claimed.Start?.At ?? Outcome.StartedAt : Outcome.StartedAt;

    private static Outcome Make(ExecutionState state, FailureClass failure, int? exitCode, string? message, TimeProvider time) =>
        new(state, failure, exitCode, message, time.GetUtcNow(), TimeSpan.Zero, new ResourceUsage(null, null));
}
