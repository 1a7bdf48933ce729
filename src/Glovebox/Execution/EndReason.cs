namespace Glovebox.Execution;

/// <summary>Who ended an execution. What counts is whose request came first, never what the exit code looks like.</summary>
public enum EndReason
{
    /// <summary>The command ended by itself, or something outside of Glovebox ended it.</summary>
    None,
    Cancelled,
    Deadline,
    DiskLimit,
}
