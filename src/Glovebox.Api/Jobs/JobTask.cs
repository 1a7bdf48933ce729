using System.Text.Json.Serialization;
using Glovebox.Api.Times;

namespace Glovebox.Api.Jobs;

/// <summary>A stream of work; it comes into being with its first job.</summary>
/// <param name="Name">1 to 200 characters: letters, digits, <c>. _ - : @</c> and space; not <c>.</c> or <c>..</c>.</param>
/// <param name="Version">Grows with every change of the definition; the ETag.</param>
public sealed record JobTask(
    string Name, TaskDefinition Definition,
    [property: JsonConverter(typeof(UtcTimeConverter))] DateTimeOffset CreatedAt,
    [property: JsonConverter(typeof(UtcTimeConverter))] DateTimeOffset ModifiedAt,
    long Jobs, long Version);

/// <summary>What holds for every job of a task.</summary>
/// <param name="Concurrency">How many of its executions may run at once over all nodes; null for no bound.</param>
/// <param name="Paused">Nothing of it starts; submits are still accepted.</param>
/// <param name="KeepFinished">How many finished jobs are kept, newest first; null for all.</param>
/// <param name="KeepSeconds">How long finished jobs are kept, in seconds; null for ever.</param>
public sealed record TaskDefinition(int? Concurrency = null, bool Paused = false, int? KeepFinished = null, double? KeepSeconds = null);
