using System.Collections.Frozen;
using System.Text.Json;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;

namespace Glovebox.Storage.Sql.Jobs;

/// <summary>States as the JSON form spells them.</summary>
internal static class Wire
{
    private static readonly FrozenDictionary<JobState, string> Jobs = Names<JobState>();
    private static readonly FrozenDictionary<ExecutionState, string> Executions = Names<ExecutionState>();
    private static readonly FrozenDictionary<string, JobState> JobStates = Jobs.ToFrozenDictionary(p => p.Value, p => p.Key);
    private static readonly FrozenDictionary<string, ExecutionState> ExecutionStates = Executions.ToFrozenDictionary(p => p.Value, p => p.Key);

    public static string Of(JobState state) => Jobs[state];
    public static string Of(ExecutionState state) => Executions[state];
    public static JobState JobOf(string text) => JobStates[text];
    public static ExecutionState ExecutionOf(string text) => ExecutionStates[text];

    private static FrozenDictionary<T, string> Names<T>() where T : struct, Enum =>
        Enum.GetValues<T>().ToFrozenDictionary(state => state, state => JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString()));
}
