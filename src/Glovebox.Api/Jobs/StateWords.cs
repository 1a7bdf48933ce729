using Glovebox.Api.Execution;

namespace Glovebox.Api.Jobs;

/// <summary>States as the wire and the command line spell them: <c>timed_out</c>.</summary>
public static class StateWords
{
    private const string TimedOut = "timed_out";

    public static IReadOnlyList<string> OfJobs { get; } = [.. Enum.GetValues<JobState>().Select(Word)];

    public static string Word(this JobState state) => state == JobState.TimedOut ? TimedOut : state.ToString().ToLowerInvariant();
    public static string Word(this ExecutionState state) => state == ExecutionState.TimedOut ? TimedOut : state.ToString().ToLowerInvariant();

    /// <summary>True for a state that nothing follows.</summary>
    public static bool IsFinal(this ExecutionState state) => state > ExecutionState.Running;

    /// <summary>True for a state that nothing follows.</summary>
    public static bool IsFinal(this JobState state) => state > JobState.Running;

    /// <param name="what">Named in the refusal: an option or a parameter.</param>
    /// <exception cref="RefusalException">Bad: there is no such state.</exception>
    public static JobState ParseJobState(string what, string text)
    {
        foreach (var state in Enum.GetValues<JobState>())
            if (state.Word() == text) return state;
        throw RefusalException.Bad($"{what} '{text}': give one of {string.Join(", ", OfJobs)}");
    }
}
