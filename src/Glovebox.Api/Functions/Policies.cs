using System.Text.Json.Serialization;

namespace Glovebox.Api.Functions;

/// <summary>What is made ready before a call asks for it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Preload>))]
public enum Preload
{
    /// <summary>Nothing: the first call starts the box, and later calls find it warm.</summary>
    [JsonStringEnumMemberName("none")] None,

    /// <summary>A generic instance of the runtime waits with its interpreter up; the call loads the code.</summary>
    [JsonStringEnumMemberName("runtime")] Runtime,

    /// <summary>An instance waits with the code loaded.</summary>
    [JsonStringEnumMemberName("function")] Function,

    /// <summary>Predicted from the calls of the last 300 seconds.</summary>
    [JsonStringEnumMemberName("auto")] Auto,
}

/// <summary>What two calls of one function share.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Isolation>))]
public enum Isolation
{
    /// <summary>An instance serves call after call; what the code keeps in memory is there at the next.</summary>
    [JsonStringEnumMemberName("reuse")] Reuse,

    /// <summary>Each call gets a forked child of a loaded interpreter (Python).</summary>
    [JsonStringEnumMemberName("fork")] Fork,

    /// <summary>Each call gets a box of its own, prepared ahead.</summary>
    [JsonStringEnumMemberName("fresh")] Fresh,
}

/// <summary>How a function's code takes parameters and gives its result. Detected at deploy, and stated.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ContractKind>))]
public enum ContractKind
{
    /// <summary>A Python function <c>handle(params)</c> or <c>handle(params, context)</c>, plain or async.</summary>
    [JsonStringEnumMemberName("python")] Python,

    /// <summary>A Node function: <c>module.exports</c> or an ES module's default export.</summary>
    [JsonStringEnumMemberName("node")] Node,

    /// <summary>A program that reads one JSON on standard input and writes one on standard output, started for each call.</summary>
    [JsonStringEnumMemberName("executable")] Executable,

    /// <summary>The runtime's <c>run</c> command, <c>input.json</c> in, the member <c>output</c> of <c>output.json</c> out.</summary>
    [JsonStringEnumMemberName("thesis")] Thesis,

    /// <summary>The function's own HTTP server on <c>$PORT</c>.</summary>
    [JsonStringEnumMemberName("http")] Http,
}

/// <summary>How far a call is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CallStatus>))]
public enum CallStatus
{
    [JsonStringEnumMemberName("pending")] Pending,
    [JsonStringEnumMemberName("running")] Running,
    [JsonStringEnumMemberName("done")] Done,
    [JsonStringEnumMemberName("failed")] Failed,
    [JsonStringEnumMemberName("timed_out")] TimedOut,
    [JsonStringEnumMemberName("cancelled")] Cancelled,
}

/// <summary>Where a call's time went, in seconds. A stage that did not happen is 0.</summary>
/// <param name="Queue">Waiting for an instance.</param>
/// <param name="Instance">Starting a box, or giving a generic one its code.</param>
/// <param name="Dependencies">Making the function's dependencies ready; 0 but for a call that found them gone.</param>
/// <param name="Run">The user's code, from its parameters to its result.</param>
/// <param name="Reply">From the result to the answer.</param>
public sealed record CallTimings(double Queue, double Instance, double Dependencies, double Run, double Reply);
