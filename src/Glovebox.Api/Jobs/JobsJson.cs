using System.Text.Json.Serialization;

namespace Glovebox.Api.Jobs;

/// <summary>The one JSON form of these records: on the wire, in the stores and on standard output. camelCase; absent values are left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(Times.UtcTimeConverter)])]
[JsonSerializable(typeof(JobSpec))]
[JsonSerializable(typeof(Job))]
[JsonSerializable(typeof(JobExecution))]
[JsonSerializable(typeof(JobTask))]
[JsonSerializable(typeof(TaskDefinition))]
[JsonSerializable(typeof(JobEvent))]
[JsonSerializable(typeof(IReadOnlyList<Delivery>))]
[JsonSerializable(typeof(Page<Job>))]
[JsonSerializable(typeof(Page<JobExecution>))]
[JsonSerializable(typeof(Page<JobTask>))]
[JsonSerializable(typeof(SubmittedJob))]
[JsonSerializable(typeof(QueueStatus))]
[JsonSerializable(typeof(WebhookBody))]
[JsonSerializable(typeof(IReadOnlyList<DateTimeOffset>))]
public sealed partial class JobsJson : JsonSerializerContext;
