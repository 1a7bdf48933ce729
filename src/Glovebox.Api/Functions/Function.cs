using System.Text.Json.Serialization;
using Glovebox.Api.Times;

namespace Glovebox.Api.Functions;

/// <summary>Code that answers calls, under one name.</summary>
public sealed record Function
{
    public required string Name { get; init; }

    /// <summary>The version that calls without a version or alias reach.</summary>
    public required int Version { get; init; }

    public required string Runtime { get; init; }
    public required ContractKind Contract { get; init; }
    public IReadOnlyList<FunctionAlias> Aliases { get; init; } = [];

    [JsonConverter(typeof(UtcTimeConverter))]
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Of the last deploy or rollback.</summary>
    [JsonConverter(typeof(UtcTimeConverter))]
    public required DateTimeOffset ModifiedAt { get; init; }

    /// <summary>The next tick of its schedule; null without one.</summary>
    [JsonConverter(typeof(UtcTimeConverter))]
    public DateTimeOffset? NextAt { get; init; }
}

/// <summary>One deployed state of a function; never changed.</summary>
public sealed record FunctionVersion
{
    public required string Function { get; init; }
    public required int Version { get; init; }
    public required int RuntimeVersion { get; init; }

    /// <summary>With what was found filled in, and without the secrets' values.</summary>
    public required FunctionSpec Spec { get; init; }

    public required ContractKind Contract { get; init; }

    /// <summary>In the form of the contract; empty for those that have a command.</summary>
    public string Handler { get; init; } = "";

    /// <summary>How the contract was found, for a person.</summary>
    public required string Detected { get; init; }

    /// <summary>The home that has the code, where several share a store; null where one of them could be any (older records).</summary>
    public string? Machine { get; init; }

    /// <summary>SHA-256 of the code: names, modes and bytes.</summary>
    public required string Code { get; init; }

    public required int Files { get; init; }
    public required long Bytes { get; init; }

    /// <summary>The lock's digest.</summary>
    public required string Environment { get; init; }

    /// <summary>The installed dependencies; null for none.</summary>
    public string? Dependencies { get; init; }

    [JsonConverter(typeof(UtcTimeConverter))]
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A name for one version, or for several by weight.</summary>
public sealed record FunctionAlias(string Name, IReadOnlyList<AliasTarget> Targets);

/// <param name="Weight">1 to 1000; its part of all weights is its part of the calls.</param>
public sealed record AliasTarget(int Version, int Weight = 1);

/// <summary>What a deploy came to.</summary>
/// <param name="Installed">Dependencies were installed now; false when there are none, or they were there.</param>
public sealed record Deployment(Function Function, FunctionVersion Version, bool Installed, double Seconds);

/// <summary>Calls and instances of a function since its server started.</summary>
/// <param name="P50">Seconds of a call from its arrival to its reply, in the median; null without calls.</param>
/// <param name="WarmShare">Of the calls, those that found a warm instance; null without calls.</param>
public sealed record FunctionStats(
    string Function, long Calls, long Done, long Failed, long TimedOut, long Cancelled, long Refused, long Cold, double? WarmShare, double? P50, double? P99,
    int Starting, int Idle, int Busy, int Waiting);
