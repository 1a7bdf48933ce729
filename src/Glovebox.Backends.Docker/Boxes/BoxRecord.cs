using System.Text.Json;
using System.Text.Json.Serialization;
using Glovebox.Api.Execution;
using Glovebox.Execution;

namespace Glovebox.Backends.Docker.Boxes;

/// <summary>What another process needs to take over a container. Kept in the state directory as <c>handle.json</c>, written whole or not at all.</summary>
internal sealed record BoxRecord
{
    /// <summary>The request's id, and the container's name.</summary>
    public required string Id { get; init; }

    /// <summary>Which host has it.</summary>
    public required string Address { get; init; }
    public required string LogPath { get; init; }
    public long? LogLimitBytes { get; init; }
    public required bool Detached { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public required TimeSpan Grace { get; init; }
    public long? MemoryBytes { get; init; }
    public TimeSpan? Timeout { get; init; }

    /// <summary>Written before the engine is asked to start it: a container that is not there any more has run when this is true.</summary>
    public bool Started { get; init; }

    [JsonIgnore]
    public DateTimeOffset? Deadline => Timeout is { } timeout ? StartedAt + timeout : null;

    /// <summary>Where its output goes without whoever watched its start.</summary>
    [JsonIgnore]
    public ExecutionStreams Streams => new(LogPath, LogLimitBytes: LogLimitBytes);

    [JsonIgnore]
    public Limits Limits => new(MemoryBytes, Timeout: Timeout);

    public static string PathIn(string stateDirectory) => Path.Combine(stateDirectory, "handle.json");

    public static BoxRecord Of(ExecutionRequest request, string address, TimeProvider time) => new()
    {
        Id = request.Id,
        Address = address,
        LogPath = request.Streams.LogPath,
        LogLimitBytes = request.Streams.LogLimitBytes,
        Detached = request.Detached,
        StartedAt = time.GetUtcNow(),
        Grace = request.Grace,
        MemoryBytes = request.Limits.MemoryBytes,
        Timeout = request.Limits.Timeout,
    };

    public void Save(string stateDirectory)
    {
        var path = PathIn(stateDirectory);
        File.WriteAllBytes(path + ".new", JsonSerializer.SerializeToUtf8Bytes(this, BoxRecordJson.Default.BoxRecord));
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Null when there is none.</summary>
    public static BoxRecord? Load(string stateDirectory)
    {
        var path = PathIn(stateDirectory);
        return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), BoxRecordJson.Default.BoxRecord) : null;
    }
}

[JsonSerializable(typeof(BoxRecord))]
internal sealed partial class BoxRecordJson : JsonSerializerContext;
