using System.Text.Json.Serialization;

namespace Glovebox.Api.Jobs;

/// <summary>What a tick does when an earlier execution of its schedule has not ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OverlapPolicy>))]
public enum OverlapPolicy
{
    /// <summary>Both run.</summary>
    [JsonStringEnumMemberName("allow")] Allow,

    /// <summary>The tick is left out, and an event says so.</summary>
    [JsonStringEnumMemberName("skip")] Skip,

    /// <summary>The tick's execution waits for the earlier one.</summary>
    [JsonStringEnumMemberName("queue")] Queue,

    /// <summary>The earlier one is cancelled, and the tick's execution starts when it is gone.</summary>
    [JsonStringEnumMemberName("replace")] Replace,
}

/// <summary>What happens to ticks that passed while nobody served or the schedule was paused.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CatchUpPolicy>))]
public enum CatchUpPolicy
{
    [JsonStringEnumMemberName("none")] None,

    /// <summary>The latest of them runs.</summary>
    [JsonStringEnumMemberName("last")] Last,

    /// <summary>Each of them runs, oldest first.</summary>
    [JsonStringEnumMemberName("all")] All,
}

/// <summary>Where a job stands. Everything after <see cref="Running"/> is final, and is that of its executions that were not retried.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobState>))]
public enum JobState
{
    /// <summary>It waits for its time: of a start, or of its schedule's next tick.</summary>
    [JsonStringEnumMemberName("scheduled")] Scheduled,
    [JsonStringEnumMemberName("queued")] Queued,
    [JsonStringEnumMemberName("running")] Running,
    [JsonStringEnumMemberName("succeeded")] Succeeded,
    [JsonStringEnumMemberName("failed")] Failed,
    [JsonStringEnumMemberName("timed_out")] TimedOut,
    [JsonStringEnumMemberName("cancelled")] Cancelled,
    [JsonStringEnumMemberName("expired")] Expired,
    [JsonStringEnumMemberName("lost")] Lost,
}
