using Glovebox.Api.Execution;
using Glovebox.Jobs.Deliveries;
using Glovebox.Jobs.Placement;

namespace Glovebox.Jobs.Settings;

public sealed record ServerSettings
{
    public string? Backend { get; init; }
    public IReadOnlyList<ResourceSpec> Resources { get; init; } = [];
    public IReadOnlyList<string> Volumes { get; init; } = [];
    public long LogLimitBytes { get; init; } = 1_000_000_000;
    public NetworkMode FastlaneNetwork { get; init; } = NetworkMode.Host;
    public string? WebhookSecret { get; init; }
    public MailSettings? Mail { get; init; }
}

public static class ServerSettingsReader
{
    public static ServerSettings Read(string? file, string usual) => new() { Volumes = file is null ? [] : [.. File.ReadAllLines(file).Select(l => l.Split('[')[^1].TrimEnd(']'))] };
}
