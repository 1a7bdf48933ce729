using System.Text.Json.Serialization;
using Glovebox.Api.Times;

namespace Glovebox.Api.Jobs;

/// <summary>Something that happened, in the order in which it was committed.</summary>
/// <param name="Id">Grows; resume after it with <c>Last-Event-ID</c>. Numbers may be missing.</param>
/// <param name="Kind">
/// <c>job.submitted job.changed job.cancelled job.finished job.removed execution.queued execution.started execution.finished tick.skipped
/// schedule.paused schedule.resumed task.changed delivery.failed</c>
/// </param>
/// <param name="Status">Of the job or execution afterwards, in its wire form; null where it has none.</param>
public sealed record JobEvent(
    long Id, string Kind, [property: JsonConverter(typeof(UtcTimeConverter))] DateTimeOffset At,
    string? Task, string? JobId, string? ExecutionId, string? Status);

/// <summary>A webhook call or mail on its way, or done.</summary>
/// <param name="Kind"><c>webhook</c> or <c>mail</c>.</param>
/// <param name="Status"><c>pending</c>, <c>delivered</c> or <c>failed</c> (its retries are used up).</param>
/// <param name="LastError">Why the last attempt failed; null before one did.</param>
public sealed record Delivery(
    string Id, string JobId, string ExecutionId, string Kind, string Target, string On, string Status, int Attempts,
    [property: JsonConverter(typeof(UtcTimeConverter))] DateTimeOffset? NextAt,
    [property: JsonConverter(typeof(UtcTimeConverter))] DateTimeOffset? LastAt, int? LastCode, string? LastError);
