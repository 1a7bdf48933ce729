using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Glovebox.Api.Times;

namespace Glovebox.Api.Jobs;

/// <summary>What a webhook's receiver gets: JSON in <see cref="JobsJson"/>'s form.</summary>
/// <param name="Event"><c>succeeds</c>, <c>fails</c> or <c>finishes</c>: the list that the webhook is in.</param>
/// <param name="Delivery">The same for each attempt of one delivery: what came twice is known by it.</param>
/// <param name="Metadata">The job's own.</param>
public sealed record WebhookBody(string Event, string Delivery, WebhookJob Job, JobExecution Execution, JsonObject Metadata);

/// <summary>The job of a webhook; the whole of it is at <c>/v1/jobs/ID</c>.</summary>
public sealed record WebhookJob(
    string Id, string Task, JobState Status, string? Key, string? Environment, string? Image, IReadOnlyList<string> Command,
    [property: JsonConverter(typeof(UtcTimeConverter))] DateTimeOffset CreatedAt);
