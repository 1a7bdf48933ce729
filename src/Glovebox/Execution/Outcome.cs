using Glovebox.Api.Execution;

namespace Glovebox.Execution;

/// <summary>How an execution ended.</summary>
/// <param name="State">A final state.</param>
/// <param name="Failure">Null exactly when <paramref name="State"/> is succeeded.</param>
/// <param name="ExitCode">
/// The command's code; 128 + signal when a signal ended it; 127 and 126 when the command was not found or not executable,
/// 125 when the box could not start; null when unknown (lost).
/// </param>
/// <param name="Message">For a person: what happened and what to do. Null when there is nothing to add to the class.</param>
public sealed record Outcome(
    ExecutionState State,
    FailureClass? Failure,
    int? ExitCode,
    string? Message,
    DateTimeOffset StartedAt,
    TimeSpan Duration,
    ResourceUsage Usage);
