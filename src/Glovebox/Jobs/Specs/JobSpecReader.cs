using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;

namespace Glovebox.Jobs.Specs;

/// <summary>
/// Reads a job as <see cref="JobsJson"/> writes it, and as people write it: durations as <c>10m</c>, sizes as <c>2g</c>, a command as one text.
/// Here is what a field's kind is; what its value may be is said in <see cref="JobSpecChecks"/>.
/// </summary>
public static class JobSpecReader
{
    /// <param name="body">UTF-8.</param>
    /// <param name="now">What is past is measured by it.</param>
    /// <exception cref="RefusalException">Bad: names the field by its path.</exception>
    public static JobSpec Read(ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        var spec = JsonBody.Read(body, Fields);
        JobSpecChecks.Check(spec, now);
        return spec;
    }

    private static JobSpec Fields(JsonFields fields)
    {
        var plain = new JobSpec { Command = [] };
        return new JobSpec
        {
            Environment = fields.Read("environment", v => v.Text()),
            Image = fields.Read("image", v => v.Text()),
            Command = fields.Read("command", JobSpecParts.Command) ?? throw RefusalException.Bad("command: missing. Give the command and its arguments"),
            Variables = fields.Read("variables", v => v.Map("texts", x => x.Plain())) ?? plain.Variables,
            WorkingDirectory = fields.Read("workingDirectory", v => v.Text()),
            StartAt = fields.ReadValue("startAt", v => v.Time()),
            StartIn = fields.ReadValue("startIn", v => v.Seconds()),
            Cron = fields.Read("cron", v => v.Text()),
            TimeZone = fields.Read("timeZone", v => v.Text()),
            Overlap = fields.ReadValue("overlap", v => v.Word<OverlapPolicy>()) ?? default,
            CatchUp = fields.ReadValue("catchUp", v => v.Word<CatchUpPolicy>()) ?? default,
            ExpiresAt = fields.ReadValue("expiresAt", v => v.Time()),
            Retry = fields.Read("retry", v => v.Object(JobSpecParts.Retry)) ?? plain.Retry,
            Limits = fields.Read("limits", v => v.Object(JobSpecParts.Limits)) ?? plain.Limits,
            GraceSeconds = fields.ReadValue("graceSeconds", v => v.Seconds()) ?? plain.GraceSeconds,
            Network = fields.ReadValue("network", v => v.Word<NetworkMode>()) ?? default,
            Priority = fields.ReadValue("priority", v => v.Whole()) ?? 0,
            Key = fields.Read("key", v => v.Text()),
            Volumes = fields.Read("volumes", v => v.List("volumes", x => x.Object(JobSpecParts.Volume))) ?? [],
            Files = fields.Read("files", v => v.List("files", x => x.Object(JobSpecParts.File))) ?? [],
            Outputs = fields.Read("outputs", v => v.List("paths", x => x.Text())) ?? [],
            Array = fields.Read("array", v => v.Object(JobSpecParts.Array)),
            Pull = fields.ReadValue("pull", v => v.Word<PullPolicy>()) ?? default,
            ExtraHosts = fields.Read("extraHosts", v => v.Map("addresses", x => x.Text())) ?? plain.ExtraHosts,
            Metadata = fields.Read("metadata", MetadataReader.Read) ?? plain.Metadata,
            Notify = fields.Read("notify", v => v.Object(JobSpecParts.Notify)) ?? plain.Notify,
            Webhooks = fields.Read("webhooks", v => v.Object(JobSpecParts.Webhooks)) ?? plain.Webhooks,
            OnSuccess = fields.Read("onSuccess", v => v.Object(f => new FunctionTrigger(f.Read("function", x => x.Text()) ?? ""))),
        };
    }
}
