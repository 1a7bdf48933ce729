using Glovebox.Api.Execution;
using Glovebox.Jobs.Deliveries;

namespace Glovebox.Jobs.Settings;

/// <summary>What a server's file of settings says: <c>server.yaml</c> of the home, or <c>serve --config</c>.</summary>
public sealed record ServerSettings
{
    /// <summary>In the file's order: a task goes to the first that matches and is healthy. Empty: everything runs on this machine.</summary>
    public IReadOnlyList<ResourceSettings> Resources { get; init; } = [];

    /// <summary>Null: no mail is sent.</summary>
    public MailSettings? Smtp { get; init; }

    /// <summary>Signs webhooks; null for one that the home keeps.</summary>
    public string? WebhookSecret { get; init; }

    /// <summary>Directories below which jobs may mount; empty: none may.</summary>
    public IReadOnlyList<string> Volumes { get; init; } = [];

    /// <summary>Of each execution's log, in bytes: what comes later is cut, and the log says so.</summary>
    public long LogLimitBytes { get; init; } = 10L << 30;

    /// <summary>For jobs that name no timeout; null for none.</summary>
    public TimeSpan? DefaultTimeout { get; init; }

    /// <summary>No job may run longer, whatever it asks for; null for no bound.</summary>
    public TimeSpan? LongestTimeout { get; init; }

    /// <summary>What jobs that come through fastlane's API see of the network.</summary>
    public NetworkMode FastlaneNetwork { get; init; } = NetworkMode.Host;
}

/// <summary>A set of container hosts that are alike.</summary>
/// <param name="Match">A regular expression on the task's name; empty for every task.</param>
/// <param name="Hosts"><c>unix:///PATH</c> or <c>tcp://HOST:PORT</c>.</param>
/// <param name="Tls">For <c>tcp</c>; null for plain TCP.</param>
/// <param name="MaxRunning">How many executions each host may have at once, over all nodes; null for no bound.</param>
public sealed record ResourceSettings(
    string Name, string Match, IReadOnlyList<string> Hosts, TlsSettings? Tls, int? MaxRunning, IReadOnlyList<RegistrySettings> Registries);

/// <summary>PEM files.</summary>
/// <param name="Ca">Who signed the host's certificate; null for the system's authorities.</param>
/// <param name="Certificate">Ours; with <paramref name="Key"/>.</param>
public sealed record TlsSettings(string? Ca, string? Certificate, string? Key);

/// <summary>Who we are to an image registry.</summary>
/// <param name="Server">As in image names: <c>registry.example:5000</c>.</param>
public sealed record RegistrySettings(string Server, string User, string Password)
{
    /// <summary>For logs: without the password.</summary>
    public override string ToString() => $"{User}@{Server}";
}
