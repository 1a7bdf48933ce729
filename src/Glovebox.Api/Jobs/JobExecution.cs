using System.Text.Json.Serialization;
using Glovebox.Api.Execution;
using Glovebox.Api.Runs;
using Glovebox.Api.Times;

namespace Glovebox.Api.Jobs;

/// <summary>One attempt of a job.</summary>
public sealed record JobExecution
{
    /// <summary>A UUID, version 7.</summary>
    public required string Id { get; init; }

    public required string JobId { get; init; }
    public required string Task { get; init; }

    /// <summary>1 for a job's first execution, then as they come.</summary>
    public int Number { get; init; } = 1;

    /// <summary>1, and one more for each retry.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>The execution that this one repeats.</summary>
    public string? RetryOf { get; init; }

    /// <summary>Another execution was made to repeat this one.</summary>
    public bool Retried { get; init; }

    /// <summary>Position in the array, from 0; null without an array.</summary>
    public long? ArrayPosition { get; init; }

    /// <summary>The tick of the schedule that it stands for.</summary>
    [JsonConverter(typeof(UtcTimeConverter))]
    public DateTimeOffset? Tick { get; init; }

    public required ExecutionState Status { get; init; }

    /// <summary>What is going on while <see cref="Status"/> is starting: <c>pulling</c>, <c>building</c>; else null.</summary>
    public string? Phase { get; init; }

    public FailureClass? FailureClass { get; init; }
    public int? ExitCode { get; init; }

    /// <summary>For a person: more of the reason. Null when the class says it all.</summary>
    public string? Error { get; init; }

    public int Priority { get; init; }

    [JsonConverter(typeof(UtcTimeConverter))]
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Not before this time.</summary>
    [JsonConverter(typeof(UtcTimeConverter))]
    public required DateTimeOffset AvailableAt { get; init; }

    [JsonConverter(typeof(UtcTimeConverter))]
    public DateTimeOffset? StartedAt { get; init; }

    [JsonConverter(typeof(UtcTimeConverter))]
    public DateTimeOffset? FinishedAt { get; init; }

    public double? DurationSeconds { get; init; }
    public ResourceUsage? Usage { get; init; }

    /// <summary>The memory limit after growth; null for the job's own.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Retries that led here, by failure class.</summary>
    public IReadOnlyDictionary<string, int> RetriesUsed { get; init; } = new Dictionary<string, int>();

    /// <summary>Digest or name of the image that it ran in.</summary>
    public string? Image { get; init; }

    public string? Backend { get; init; }

    /// <summary>The resource that runs it: <c>local</c>, or the address of a Docker host.</summary>
    public string? Resource { get; init; }

    /// <summary>The node that runs or ran it.</summary>
    public string? Node { get; init; }

    /// <summary>The name of its box on the resource.</summary>
    public string? Instance { get; init; }

    [JsonConverter(typeof(UtcTimeConverter))]
    public DateTimeOffset? CancelRequestedAt { get; init; }

    public long StdoutBytes { get; init; }
    public long StderrBytes { get; init; }

    /// <summary>The log reached its limit, and what came later is not in it; the log says so too.</summary>
    public bool LogCut { get; init; }

    /// <summary>What was kept of the working directory.</summary>
    public IReadOnlyList<RunOutput> Outputs { get; init; } = [];

    public string? RequestAddress { get; init; }
}
