namespace Glovebox.Execution;

/// <summary>One of the two streams that a command writes.</summary>
public enum StandardStream
{
    Output,
    Error,
}
