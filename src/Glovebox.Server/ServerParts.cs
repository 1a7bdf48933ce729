using Glovebox.Api.Access;
using Glovebox.Api.Execution;
using Glovebox.Api.Functions;
using Glovebox.Api.Jobs;
using Glovebox.Functions;
using Microsoft.Extensions.Logging;

namespace Glovebox.Server;

/// <summary>What a server serves.</summary>
public sealed record ServerParts
{
    /// <summary>Where it listens: <c>http://HOST:PORT</c>, the host being an address, <c>localhost</c> or <c>*</c>; port 0 for any free one.</summary>
    public required IReadOnlyList<string> Urls { get; init; }

    public required IJobs Jobs { get; init; }
    public required ITokenAccess Tokens { get; init; }
    public required TimeProvider Clock { get; init; }

    /// <summary>Null for a server without functions.</summary>
    public IFunctions? Functions { get; init; }

    /// <summary>Serves <see cref="Functions"/>.</summary>
    public FunctionNode? FunctionNode { get; init; }

    /// <summary>The product's, as <c>glovebox version</c> prints it.</summary>
    public required string Version { get; init; }

    /// <summary>What jobs that come through fastlane's API see of the network: its clients expect one.</summary>
    public NetworkMode FastlaneNetwork { get; init; } = NetworkMode.Host;

    /// <summary>The machine that this server is a node of; null where there are no others.</summary>
    public string? Machine { get; init; }

    /// <summary>The node that has an execution's log and outputs; null when they are here, or nowhere that can be reached.</summary>
    public Func<string, CancellationToken, Task<NodeStatus?>>? Elsewhere { get; init; }

    /// <summary>The live node of a machine that can be reached; null for none, and where there are no others.</summary>
    public Func<string, NodeStatus?>? NodeOf { get; init; }

    /// <summary>Null for no log.</summary>
    public ILoggerFactory? Logs { get; init; }
}
