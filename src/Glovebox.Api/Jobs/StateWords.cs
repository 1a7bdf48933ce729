using Glovebox.Api.Execution;

namespace Glovebox.Api.Jobs;

/// <summary>States as the wire and the command line spell them: <c>timed_out</c>.</summary>
public static class StateWords
{
    public static string Word(this JobState state) => WireWords.Of(state);
    public static string Word(this ExecutionState state) => WireWords.Of(state);

    /// <summary>True for a state that nothing follows.</summary>
    public static bool IsFinal(this ExecutionState state) => state > ExecutionState.Running;

    /// <summary>True for a state that nothing follows.</summary>
    public static bool IsFinal(this JobState state) => state > JobState.Running;

    /// <summary>All job states in one line, for messages.</summary>
    public static string JobStates => string.Join(", ", WireWords.All<JobState>());

    /// <param name="what">Named in the refusal: an option or a parameter.</param>
    /// <exception cref="RefusalException">Bad: there is no such state.</exception>
    public static JobState ParseJobState(string what, string text) =>
        WireWords.Find<JobState>(text) ?? throw RefusalException.Bad($"{what} '{text}': give one of {JobStates}");
}
