using System.Security.Cryptography;
using System.Text.Json;
using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Schedules;
using Glovebox.Jobs.Specs;
using Glovebox.Jobs.Stores;

namespace Glovebox.Jobs;

/// <summary>From what somebody asks for to the job that is stored.</summary>
internal static class Submitting
{
    private const int LongestIdempotencyKey = 200;

    /// <exception cref="RefusalException">Bad: the name, the spec or an option is wrong.</exception>
    public static NewJob Plan(string task, JobSpec asked, SubmitOptions options, JobSettings settings, DateTimeOffset now)
    {
        TaskNames.Check(task);
        JobSpecChecks.Check(asked, now);
        CheckVolumes(asked, settings);
        if (options.IdempotencyKey is { } key && (key.Length is 0 or > LongestIdempotencyKey || key.Any(char.IsControl)))
            throw RefusalException.Bad($"Idempotency-Key: give 1 to {LongestIdempotencyKey} characters");
        if ((options.Replace || options.Version is not null) && options.Id is null) throw RefusalException.Bad("id: missing. Say which job is to be changed");

        var start = asked.StartIn is { } seconds ? now.AddSeconds(seconds) : asked.StartAt;
        var limits = asked.Limits with { TimeoutSeconds = settings.TimeoutOf(asked.Limits.TimeoutSeconds) };
        var spec = asked with { StartAt = start, StartIn = null, Limits = limits };
        var schedule = spec.Cron is null
            ? null
            : new Schedule(spec.Cron, spec.TimeZone ?? "UTC", spec.Overlap, spec.CatchUp, Paused: false, Ticks.First(spec, now));
        var job = new Job
        {
            Id = options.Id is { } chosen ? JobIds.Chosen(chosen) : JobIds.New(now),
            Task = task,
            Status = schedule is not null || start > now ? JobState.Scheduled : JobState.Queued,
            Spec = spec,
            CreatedAt = now,
            ModifiedAt = now,
            RequestAddress = options.RequestAddress,
            Schedule = schedule,
        };
        IReadOnlyList<NewExecution> executions = schedule is not null ? [] : [.. Positions(spec.Array).Select(position => First(job, position, now))];
        // Of what was asked, before the clock came in: the same request twice is the same.
        return new NewJob(job, executions, options.IdempotencyKey, Fingerprint(task, asked, options), options.Replace, options.Version);
    }

    private static IEnumerable<long?> Positions(JobArray? array)
    {
        if (array is null) yield return null;
        for (var position = 0L; position < array?.Count; position++) yield return position;
    }

    private static NewExecution First(Job job, long? position, DateTimeOffset now) => new(Queued.Of(job, now) with
    {
        ArrayPosition = position, AvailableAt = job.Spec.StartAt is { } start && start > now ? start : now,
    });

    private static string Fingerprint(string task, JobSpec spec, SubmitOptions options)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(spec, JobsJson.Default.JobSpec));
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"\n{task}\n{options.Id}\n{options.Replace}"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The node looks again, with links resolved: this is for whoever submits to hear of it now.</summary>
    private static void CheckVolumes(JobSpec spec, JobSettings settings)
    {
        for (var i = 0; i < spec.Volumes.Count; i++)
        {
            var source = Path.GetFullPath(spec.Volumes[i].Source);
            if (settings.Volumes.Any(folder => $"{source}/".StartsWith(Path.GetFullPath(folder).TrimEnd('/') + "/", StringComparison.Ordinal))) continue;
            throw RefusalException.Bad($"volumes[{i}].source: '{FieldRules.Cut(source)}' is not allowed; this server mounts "
                + (settings.Volumes.Count == 0 ? "none (its setting 'volumes' is empty)" : $"what is below {string.Join(", ", settings.Volumes)} alone"));
        }
    }
}
