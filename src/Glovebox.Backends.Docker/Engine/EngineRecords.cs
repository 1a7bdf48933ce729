using System.Text.Json.Serialization;

namespace Glovebox.Backends.Docker.Engine;

// The parts of the engine's records that are used, under the engine's own names.

internal sealed record Complaint([property: JsonPropertyName("message")] string? Message);

internal sealed record NewContainer
{
    public required string Image { get; init; }
    public required IReadOnlyList<string> Cmd { get; init; }
    public required IReadOnlyList<string> Env { get; init; }
    public string? WorkingDir { get; init; }
    public string? User { get; init; }
    public string? Hostname { get; init; }
    public required IReadOnlyDictionary<string, string> Labels { get; init; }
    public required HostConfig HostConfig { get; init; }
}

internal sealed record HostConfig
{
    public required string NetworkMode { get; init; }
    public required LogConfig LogConfig { get; init; }
    public bool Init { get; init; }
    public long? Memory { get; init; }
    public long? MemorySwap { get; init; }
    public long? NanoCpus { get; init; }
    public long? PidsLimit { get; init; }
    public IReadOnlyList<string>? ExtraHosts { get; init; }
    public IReadOnlyList<NewMount>? Mounts { get; init; }
    public IReadOnlyList<NewDevice>? Devices { get; init; }
}

internal sealed record LogConfig(string Type, IReadOnlyDictionary<string, string> Config);

internal sealed record NewMount(string Type, string? Source, string Target, bool ReadOnly, TmpfsOptions? TmpfsOptions);

internal sealed record TmpfsOptions(long SizeBytes);

internal sealed record NewDevice(string PathOnHost, string PathInContainer, string CgroupPermissions);

internal sealed record CreatedContainer(string Id);

internal sealed record ImageFacts(string Id, ImageConfig? Config);

internal sealed record ImageConfig(IReadOnlyList<string>? Env, IReadOnlyList<string>? Entrypoint, string? WorkingDir);

internal sealed record ContainerFacts(string Id, ContainerState State);

internal sealed record ContainerState(
    string Status, bool Running, int ExitCode, [property: JsonPropertyName("OOMKilled")] bool OutOfMemory, string StartedAt, string FinishedAt)
{
    /// <summary>Made and never started; the second and third word are Podman's own.</summary>
    public bool NeverStarted => Status is "created" or "configured" or "initialized";
}

internal sealed record ContainerEnd(int StatusCode);

internal sealed record ListedContainer(string Id, IReadOnlyDictionary<string, string>? Labels, string Image, long Created);

/// <param name="Mode">As Go's <c>fs.FileMode</c>: the lowest nine bits are the permissions, see <see cref="Images.PathKind"/>.</param>
internal sealed record PathFacts(
    [property: JsonPropertyName("mode")] uint Mode, [property: JsonPropertyName("linkTarget")] string? LinkTarget);

internal sealed record PullProgress([property: JsonPropertyName("error")] string? Error);

internal sealed record Login(
    [property: JsonPropertyName("username")] string User,
    [property: JsonPropertyName("password")] string Password,
    [property: JsonPropertyName("serveraddress")] string Registry);

internal sealed record Sample(
    [property: JsonPropertyName("cpu_stats")] CpuSample? Cpu, [property: JsonPropertyName("memory_stats")] MemorySample? Memory);

internal sealed record CpuSample([property: JsonPropertyName("cpu_usage")] CpuUsage? Usage);

/// <param name="Total">Nanoseconds.</param>
internal sealed record CpuUsage([property: JsonPropertyName("total_usage")] ulong Total);

/// <param name="Peak">Docker on cgroup version 1 alone; Podman writes the limit there.</param>
internal sealed record MemorySample([property: JsonPropertyName("usage")] ulong Usage, [property: JsonPropertyName("max_usage")] ulong Peak);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Complaint))]
[JsonSerializable(typeof(NewContainer))]
[JsonSerializable(typeof(CreatedContainer))]
[JsonSerializable(typeof(ImageFacts))]
[JsonSerializable(typeof(ContainerFacts))]
[JsonSerializable(typeof(ContainerEnd))]
[JsonSerializable(typeof(IReadOnlyList<ListedContainer>))]
[JsonSerializable(typeof(PathFacts))]
[JsonSerializable(typeof(PullProgress))]
[JsonSerializable(typeof(Login))]
[JsonSerializable(typeof(Sample))]
internal sealed partial class EngineJson : JsonSerializerContext;
