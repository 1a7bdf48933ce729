using System.Globalization;
using System.Text.Json;
using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Api.Runs;

namespace Glovebox.Jobs.Specs;

/// <summary>
/// Reads a job as clients of fastlane 2 write it. What its fields meant there they mean here: retries are for exit codes alone, times are Unix
/// seconds, cron is in UTC, the box sees the host's network.
/// </summary>
public static class FastlaneSpecReader
{
    private const double LatestUnixSeconds = 253_402_300_799; // the year 9999

    /// <summary>Where our checks look at a field that has another name there.</summary>
    private static readonly (string Ours, string Theirs)[] Names =
    [
        ("expiresAt", "expiration"), ("variables", "envs"), ("extraHosts", "additionalDNSEntries"), ("limits.timeoutSeconds", "timeout"),
        ("retry.limit", "retries"), ("retry.classes.exit_code", "retries"),
    ];

    /// <param name="body">UTF-8.</param>
    /// <param name="now">What is past is measured by it.</param>
    /// <exception cref="RefusalException">Bad: names the field by its path.</exception>
    public static JobSpec Read(ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        var spec = JsonBody.Read(body, Fields);
        JobSpecChecks.Check(spec, now, Theirs);
        return spec;
    }

    private static JobSpec Fields(JsonFields fields)
    {
        var plain = new JobSpec { Command = [] };
        return plain with
        {
            Image = fields.Read("image", v => v.Text()) ?? throw RefusalException.Bad("image: missing. Give the image to run"),
            Command = fields.Read("command", JobSpecParts.Command) ?? throw RefusalException.Bad("command: missing. Give the command to run"),
            Variables = fields.Read("envs", v => v.Map("texts", x => x.Plain())) ?? plain.Variables,
            StartIn = fields.ReadValue("startIn", v => v.Seconds()),
            StartAt = fields.ReadValue("startAt", UnixTime),
            Cron = fields.Read("cron", v => v.Text()),
            ExpiresAt = fields.ReadValue("expiration", UnixTime),
            Retry = fields.ReadValue("retries", v => v.Whole()) is { } retries ? Retries(retries) : plain.Retry,
            Limits = new RunLimits(null, null, null, null, fields.ReadValue("timeout", v => v.Seconds())),
            Network = NetworkMode.Host,
            Metadata = fields.Read("metadata", MetadataReader.Read) ?? plain.Metadata,
            Notify = fields.Read("notify", v => v.Object(JobSpecParts.Notify)) ?? plain.Notify,
            Webhooks = fields.Read("webhooks", v => v.Object(JobSpecParts.Webhooks)) ?? plain.Webhooks,
            ExtraHosts = fields.Read("additionalDNSEntries", v => v.Map("addresses", x => x.Text())) ?? plain.ExtraHosts,
        };
    }

    private static RetryPolicy Retries(int limit) =>
        new() { Limit = limit, Classes = new Dictionary<string, int> { [WireWords.Of(FailureClass.ExitCode)] = limit } };

    private static DateTimeOffset UnixTime(JsonValue value)
    {
        double seconds;
        if (value.Element.ValueKind == JsonValueKind.Number) seconds = value.Number();
        else if (!double.TryParse(value.Plain(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out seconds)) throw value.Wrong("Unix seconds");
        if (seconds is not (>= 0 and <= LatestUnixSeconds)) throw value.Refuse("not a time in Unix seconds");
        return DateTimeOffset.UnixEpoch.AddSeconds(seconds);
    }

    private static string Theirs(string path)
    {
        foreach (var (ours, theirs) in Names)
            if (path == ours || (path.StartsWith(ours, StringComparison.Ordinal) && path[ours.Length] is '.' or '[')) return theirs + path[ours.Length..];
        return path;
    }
}
