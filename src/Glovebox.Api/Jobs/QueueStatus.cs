using System.Text.Json.Serialization;
using Glovebox.Api.Times;

namespace Glovebox.Api.Jobs;

/// <summary>The queue at a glance.</summary>
/// <param name="Queued">Executions that could start now.</param>
/// <param name="Delayed">Executions whose time has not come.</param>
/// <param name="Running">Starting ones included.</param>
/// <param name="OldestQueuedSeconds">How long the oldest that could start has waited; null when none does.</param>
/// <param name="FinishedLastMinute">Executions.</param>
public sealed record QueueStatus(
    long Tasks, long Jobs, long Queued, long Delayed, long Running, double? OldestQueuedSeconds, long FinishedLastMinute, long FailedLastMinute,
    long Schedules, [property: JsonConverter(typeof(UtcTimeConverter))] DateTimeOffset? NextDueAt, long PendingDeliveries,
    IReadOnlyList<NodeStatus> Nodes, IReadOnlyList<ResourceStatus> Resources, IReadOnlyList<TaskStatusCounts> ByTask);

/// <summary>One serving process.</summary>
/// <param name="Alive">Its heart was heard within three beats.</param>
public sealed record NodeStatus(
    string Id, string Machine, string? Url, int Slots, int Running, bool Alive, bool Draining,
    [property: JsonConverter(typeof(UtcTimeConverter))] DateTimeOffset StartedAt);

/// <summary>A place where boxes run, as this node sees it.</summary>
/// <param name="Name"><c>local</c>, or the address of a Docker host.</param>
/// <param name="Circuit"><c>closed</c> (in use), <c>open</c> (failed too often) or <c>half-open</c> (being tried again).</param>
/// <param name="Running">Executions on it, over all nodes.</param>
public sealed record ResourceStatus(
    string Name, string Backend, bool Available, bool Drained, string Circuit, int Running, int? MaxRunning, string? Error);

/// <summary>A task's share.</summary>
public sealed record TaskStatusCounts(string Task, long Queued, long Running);
