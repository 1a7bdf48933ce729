using Glovebox.Api.Execution;

namespace Glovebox.Execution;

/// <summary>What a backend knows when a command has ended; <see cref="Judge"/> makes it an outcome. One rule for every backend.</summary>
public sealed record Ending
{
    public required EndReason Reason { get; init; }

    /// <summary>As in <see cref="Outcome.ExitCode"/>; null when nobody saw the end.</summary>
    public required int? ExitCode { get; init; }

    /// <summary>How many processes the kernel killed for want of memory.</summary>
    public long OutOfMemoryKills { get; init; }

    /// <summary>Why the disk limit was reached; only read with <see cref="EndReason.DiskLimit"/>.</summary>
    public string? DiskMessage { get; init; }

    public required Limits Limits { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public required TimeSpan Duration { get; init; }
    public required ResourceUsage Usage { get; init; }

    public Outcome Judge() => this switch
    {
        { Reason: EndReason.Cancelled } => Make(ExecutionState.Cancelled, FailureClass.Cancelled, null),
        { Reason: EndReason.Deadline } => Make(ExecutionState.TimedOut, FailureClass.Timeout,
            $"It did not end within {Words.Of(Limits.Timeout ?? Duration)}. Give it more time (timeout), or less to do."),
        { Reason: EndReason.DiskLimit } => Make(ExecutionState.Failed, FailureClass.OutOfDisk, DiskMessage),
        { ExitCode: null } => Make(ExecutionState.Lost, FailureClass.Lost,
            "The engine that ran it is gone, and nobody saw how it ended. Run it again."),
        { ExitCode: 0 } => Make(ExecutionState.Succeeded, null, null),
        { OutOfMemoryKills: > 0 } => Make(ExecutionState.Failed, FailureClass.OutOfMemory, Limits.MemoryBytes is { } limit
            ? $"It reached its memory limit of {Words.Of(limit)} and the kernel killed it. Raise the limit (memory), or use less."
            : "The machine ran out of memory and the kernel killed it. Use less, or a machine with more memory."),
        _ => Make(ExecutionState.Failed, FailureClass.ExitCode, null),
    };

    private Outcome Make(ExecutionState state, FailureClass? failure, string? message) =>
        new(state, failure, ExitCode, message, StartedAt, Duration, Usage);
}
