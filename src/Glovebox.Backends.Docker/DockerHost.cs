namespace Glovebox.Backends.Docker;

/// <summary>One container engine: where it listens, and how patient to be with it.</summary>
public sealed record DockerHost
{
    /// <summary><c>unix:///run/docker.sock</c> or <c>tcp://host:2376</c>.</summary>
    public required string Address { get; init; }

    /// <summary>The backend's name: <c>docker</c>, or <c>podman</c>. Which engine really answers is found out by asking it.</summary>
    public string Backend { get; init; } = "docker";

    /// <summary>Null for plain text. Only with a <c>tcp</c> address.</summary>
    public DockerTls? Tls { get; init; }

    /// <summary>Logins by the registry's host as image names write it (with the port if it has one); <c>default</c> for names without a host.</summary>
    public IReadOnlyDictionary<string, RegistryLogin> Registries { get; init; } = new Dictionary<string, RegistryLogin>();

    /// <summary>Longest wait for a connection.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait for an answer to a request that the engine answers at once.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Longest time an image may take to arrive.</summary>
    public TimeSpan PullTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a killed box may go on by its engine's word before it is removed: an engine that missed its end says so for ever.</summary>
    public TimeSpan GoneAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a running box is waited for when its host cannot be reached, before it is <c>lost</c>.</summary>
    public TimeSpan LostAfter { get; init; } = TimeSpan.FromMinutes(5);
}

/// <summary>Files in PEM form.</summary>
/// <param name="Authority">Who signed the engine's certificate; null for those that the machine trusts.</param>
/// <param name="Certificate">Ours, with its key; null where the engine asks for none.</param>
public sealed record DockerTls(string? Authority, string? Certificate, string? Key);

/// <summary>Who we are to a registry.</summary>
public sealed record RegistryLogin(string User, string Password)
{
    /// <summary>Never shows the password.</summary>
    public override string ToString() => User;
}
