using System.Text.Json;
using Glovebox.Api.Jobs;

namespace Glovebox.Storage.Sql.Jobs;

/// <summary>What a job's user wrote, as columns. Made before the transaction: the embedded database has one writer, whose time is all callers'.</summary>
internal sealed class JobDefinition(Job job)
{
    public (string Name, object? Value)[] Columns { get; } =
    [
        ("priority", (long)job.Spec.Priority),
        ("serial", job.Schedule?.Overlap is OverlapPolicy.Queue or OverlapPolicy.Replace),
        ("parallelism", (long?)job.Spec.Array?.Parallelism),
        ("expires_at", job.Spec.ExpiresAt),
        ("tells", !job.Spec.Notify.IsEmpty || !job.Spec.Webhooks.IsEmpty || job.Spec.OnSuccess is not null),
        ("key", job.Spec.Key),
        ("image", job.Spec.Image),
        ("environment", job.Spec.Environment),
        ("cron", job.Spec.Cron),
        ("metadata", job.Spec.Metadata.Count == 0 ? null : job.Spec.Metadata.ToJsonString()),
        ("command", string.Join(' ', job.Spec.Command)),
        ("schedule", job.Schedule is null ? null : JsonSerializer.Serialize(job.Schedule, JobsJson.Default.Schedule)),
        ("spec", JsonSerializer.Serialize(job.Spec, JobsJson.Default.JobSpec)),
    ];
}
