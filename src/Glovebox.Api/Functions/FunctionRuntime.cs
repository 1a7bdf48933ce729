using System.Text.Json.Serialization;
using Glovebox.Api.Times;

namespace Glovebox.Api.Functions;

/// <summary>An environment, and how code runs in it.</summary>
public sealed record RuntimeSpec
{
    /// <summary>An environment of the server's project, <c>host</c>, or an image by name or digest.</summary>
    public required string Environment { get; init; }

    /// <summary>Where the code is in the box: absolute, no <c>..</c>.</summary>
    public string Path { get; init; } = "/ws";

    /// <summary>
    /// A line of shell that installs what the code needs, run once a set of requirements, in the code's folder and with the network. Null: pip for a
    /// <c>requirements.txt</c>, npm for a <c>package-lock.json</c>.
    /// </summary>
    public string? Dependencies { get; init; }

    /// <summary>A line of shell that serves one call (the thesis contract) or all of them (the http contract). Null: the code is a handler.</summary>
    public string? Run { get; init; }
}

/// <summary>A runtime as it is kept. A change of its spec is a new version; functions keep the one that they were deployed on.</summary>
/// <param name="Version">1 for the first.</param>
public sealed record FunctionRuntime(
    string Name, int Version, RuntimeSpec Spec, [property: JsonConverter(typeof(UtcTimeConverter))] DateTimeOffset CreatedAt);
