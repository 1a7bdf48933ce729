using System.Text.Json.Serialization;

namespace Glovebox.Api.Execution;

/// <summary>Why an execution did not succeed. One class each, never guessed from an exit code.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FailureClass>))]
public enum FailureClass
{
    /// <summary>The command ended by itself with a code other than 0, or by a signal of its own.</summary>
    [JsonStringEnumMemberName("exit_code")] ExitCode,

    /// <summary>The kernel killed the command because it reached its memory limit.</summary>
    [JsonStringEnumMemberName("out_of_memory")] OutOfMemory,

    /// <summary>The box wrote more than its disk limit.</summary>
    [JsonStringEnumMemberName("out_of_disk")] OutOfDisk,

    /// <summary>The deadline passed.</summary>
    [JsonStringEnumMemberName("timeout")] Timeout,

    /// <summary>The box or the command could not be started.</summary>
    [JsonStringEnumMemberName("start")] Start,

    /// <summary>The engine died and the box with it; how the command ended is unknown.</summary>
    [JsonStringEnumMemberName("lost")] Lost,

    /// <summary>Somebody asked for the end.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled,

    /// <summary>The command succeeded but did not write an output that was asked for.</summary>
    [JsonStringEnumMemberName("missing_output")] MissingOutput,
}
