using System.Globalization;
using Glovebox.Api;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Retrying;
using Glovebox.Jobs.Schedules;
using Glovebox.Spelling;

namespace Glovebox.Jobs.Specs;

/// <summary>What a job must be to be accepted, wherever it comes from: ranges, sizes, and what contradicts what.</summary>
public static class JobSpecChecks
{
    public const int MostRetries = 1000;

    private const long LeastMemory = 6 << 20;
    private const double LongestSeconds = 10 * 366 * 86_400d;

    /// <summary>A request takes its time, and clocks differ.</summary>
    private static readonly TimeSpan StillNow = TimeSpan.FromMinutes(1);

    /// <param name="now">What is past is measured by it.</param>
    /// <param name="name">From our path of a field (<c>limits.timeoutSeconds</c>) to the one its user wrote; null when they are the same.</param>
    /// <exception cref="RefusalException">Bad: names the first field that is wrong by its path.</exception>
    public static void Check(JobSpec spec, DateTimeOffset now, Func<string, string>? name = null)
    {
        var rules = new FieldRules(name ?? (path => path));
        CheckProgram(spec, rules);
        CheckTimes(spec, now, rules);
        CheckSchedule(spec, now, rules);
        CheckRetry(spec.Retry, rules);
        rules.AtLeast("limits.memoryBytes", spec.Limits.MemoryBytes, LeastMemory);
        rules.Within("limits.cpus", spec.Limits.Cpus, 0.01, 10_000);
        rules.AtLeast("limits.pids", spec.Limits.Pids, 1);
        rules.AtLeast("limits.diskBytes", spec.Limits.DiskBytes, 1);
        rules.Within("limits.timeoutSeconds", spec.Limits.TimeoutSeconds, 0.001, LongestSeconds);
        rules.Within("graceSeconds", spec.GraceSeconds, 0, 3600);
        rules.Within("priority", spec.Priority, -1000, 1000);
        rules.Text("key", spec.Key, 200);
        ContentChecks.Check(spec, rules);
        ArrayChecks.Check(spec, rules);
        OutcomeChecks.Check(spec, rules);
        rules.That(spec.OnSuccess is not { Function: "" }, "onSuccess.function", "missing. Name a function");
        rules.Text("onSuccess.function", spec.OnSuccess?.Function, 200);
    }

    private static void CheckProgram(JobSpec spec, FieldRules rules)
    {
        rules.That(spec.Environment is null || spec.Image is null, "image", "not together with environment. Give one of the two");
        rules.That(spec.Environment is not null || spec.Image is not null, "image", "missing. Give an image, or an environment");
        rules.Text("environment", spec.Environment, 200);
        rules.Text("image", spec.Image, 500);
        rules.That(spec.Image?.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)) != true, "image", "holds blanks; no image is named so");
        rules.That(Enum.IsDefined(spec.Network), "network", "no such mode");
        rules.That(Enum.IsDefined(spec.Pull), "pull", "no such policy");
    }

    private static void CheckTimes(JobSpec spec, DateTimeOffset now, FieldRules rules)
    {
        rules.That(spec.StartAt is null || spec.StartIn is null, "startIn", "not together with startAt. Give one of the two");
        rules.Within("startIn", spec.StartIn, 0, LongestSeconds);
        rules.That(!(spec.StartAt < now - StillNow), "startAt", $"{Say(spec.StartAt)} is past. Give a time to come, or none to start at once");
        rules.That(!(spec.ExpiresAt <= now), "expiresAt", $"{Say(spec.ExpiresAt)} is past: the job would never start");
        var start = spec.StartIn is { } seconds ? now.AddSeconds(seconds) : spec.StartAt;
        rules.That(!(spec.ExpiresAt <= start), "expiresAt", $"{Say(spec.ExpiresAt)} is not after the start, {Say(start)}: the job would never start");
    }

    private static void CheckSchedule(JobSpec spec, DateTimeOffset now, FieldRules rules)
    {
        rules.That(Enum.IsDefined(spec.Overlap), "overlap", "no such policy");
        rules.That(Enum.IsDefined(spec.CatchUp), "catchUp", "no such policy");
        if (spec.Cron is { } cron)
        {
            rules.That(spec.StartAt is null, "startAt", "not together with cron. A schedule says itself when it starts");
            rules.That(spec.StartIn is null, "startIn", "not together with cron. A schedule says itself when it starts");
            rules.That(spec.Array is null, "array", "not together with cron. Submit the array when it is wanted, or schedule one job");
            var next = Cron.Parse(cron, spec.TimeZone).Next(now);
            rules.That(next is not null, "cron", $"'{FieldRules.Cut(cron)}' never comes");
            rules.That(!(spec.ExpiresAt < next), "expiresAt", $"{Say(spec.ExpiresAt)} is before the first tick, {Say(next)}");
            return;
        }

        rules.That(spec.TimeZone is null, "timeZone", "only together with cron. Times elsewhere have their offset with them");
        rules.That(spec.Overlap == default, "overlap", "only together with cron");
        rules.That(spec.CatchUp == default, "catchUp", "only together with cron");
    }

    private static void CheckRetry(RetryPolicy retry, FieldRules rules)
    {
        rules.Within("retry.limit", retry.Limit, 0, MostRetries);
        foreach (var (failure, budget) in retry.Classes ?? new Dictionary<string, int>())
        {
            rules.That(RetryRules.Names.Contains(failure), $"retry.classes.{FieldRules.Cut(failure)}",
                $"no failure class that retries; they are {string.Join(", ", RetryRules.Names)}{Nearest.Hint(FieldRules.Cut(failure), RetryRules.Names)}");
            rules.Within($"retry.classes.{failure}", budget, 0, MostRetries);
            rules.That(budget == 0 || retry.Limit > 0, "retry.limit", $"0, but {failure} has a budget of {budget}. Give the limit over all classes, or leave it out");
        }

        rules.Within("retry.delaySeconds", retry.DelaySeconds, 0, LongestSeconds);
        rules.Within("retry.factor", retry.Factor, 1, 10);
        rules.Within("retry.maxDelaySeconds", retry.MaxDelaySeconds, 0, LongestSeconds);
        rules.Within("retry.jitter", retry.Jitter, 0, 1);
        rules.Within("retry.memoryFactor", retry.MemoryFactor, 1, 10);
        rules.AtLeast("retry.maxMemoryBytes", retry.MaxMemoryBytes, LeastMemory);
    }

    private static string Say(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";
}
