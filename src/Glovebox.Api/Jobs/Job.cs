using System.Text.Json.Serialization;
using Glovebox.Api.Times;

namespace Glovebox.Api.Jobs;

/// <summary>One request for a task's work, holding 1..n executions: retries, ticks of a schedule, indices of an array.</summary>
public sealed record Job
{
    /// <summary>A UUID in lower case; version 7 (sortable by time) unless the client chose it.</summary>
    public required string Id { get; init; }

    public required string Task { get; init; }
    public required JobState Status { get; init; }

    /// <summary>As written; values of secret variables and of webhook headers that name secrets read <c>***</c> outside of the server.</summary>
    public required JobSpec Spec { get; init; }

    [JsonConverter(typeof(UtcTimeConverter))]
    public required DateTimeOffset CreatedAt { get; init; }

    [JsonConverter(typeof(UtcTimeConverter))]
    public required DateTimeOffset ModifiedAt { get; init; }

    /// <summary>Null until every execution has ended, and always while a schedule goes on.</summary>
    [JsonConverter(typeof(UtcTimeConverter))]
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Whoever submitted it, as the server saw them.</summary>
    public string? RequestAddress { get; init; }

    /// <summary>Cancelled: no tick and no retry follows.</summary>
    public bool Stopped { get; init; }

    public JobCounts Executions { get; init; } = new(0, 0, 0, 0);

    /// <summary>Null unless the job has a cron expression.</summary>
    public Schedule? Schedule { get; init; }

    /// <summary>Grows with every change of the definition; the ETag.</summary>
    public long Version { get; init; } = 1;
}

/// <summary>How many executions a job has; retried ones count in <paramref name="Total"/> alone.</summary>
public sealed record JobCounts(int Total, int Open, int Succeeded, int Failed);

/// <summary>When a job's ticks come.</summary>
/// <param name="NextAt">The next tick; null when there is none any more.</param>
/// <param name="LastAt">The last tick that was handled.</param>
/// <param name="Ticks">How many were handled.</param>
/// <param name="Skipped">How many of them were left out by the overlap or catch-up policy.</param>
public sealed record Schedule(
    string Cron, string TimeZone, OverlapPolicy Overlap, CatchUpPolicy CatchUp, bool Paused,
    [property: JsonConverter(typeof(UtcTimeConverter))] DateTimeOffset? NextAt,
    [property: JsonConverter(typeof(UtcTimeConverter))] DateTimeOffset? LastAt = null, long Ticks = 0, long Skipped = 0);
