using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Stores;

namespace Glovebox.Jobs.Retrying;

/// <summary>Whether a failed execution is tried again, when, and with how much memory.</summary>
public static class RetryRules
{
    /// <summary>What retries when the policy names no classes. A timeout does not: it would most likely time out again.</summary>
    private static readonly FailureClass[] Usual =
    [
        FailureClass.ExitCode, FailureClass.Start, FailureClass.OutOfMemory, FailureClass.OutOfDisk, FailureClass.MissingOutput, FailureClass.Lost,
    ];

    /// <summary>Classes that a policy may name, in their wire form. A cancelled execution is never tried again.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Enum.GetValues<FailureClass>().Where(failure => failure != FailureClass.Cancelled).Select(WireWords.Of)];

    /// <param name="ended">The execution that failed.</param>
    /// <param name="random">For the jitter.</param>
    /// <returns>
    /// The next attempt; null for none: the class does not retry, its budget or the limit is used up, or the job would have expired by then.
    /// </returns>
    public static NewExecution? Next(JobExecution ended, JobSpec spec, FailureClass failure, DateTimeOffset now, Random random)
    {
        var policy = spec.Retry;
        var name = WireWords.Of(failure);
        var used = ended.RetriesUsed.Values.Sum();
        var usedOfClass = ended.RetriesUsed.GetValueOrDefault(name);
        if (failure == FailureClass.Cancelled || used >= policy.Limit || usedOfClass >= Budget(policy, failure, name)) return null;
        var at = now + Backoff.Delay(policy.DelaySeconds, policy.Factor, policy.MaxDelaySeconds, policy.Jitter, used, random);
        if (at >= spec.ExpiresAt) return null;
        return new NewExecution(new JobExecution
        {
            Id = JobIds.New(now),
            JobId = ended.JobId,
            Task = ended.Task,
            Attempt = ended.Attempt + 1,
            RetryOf = ended.Id,
            ArrayPosition = ended.ArrayPosition,
            Tick = ended.Tick,
            Status = ExecutionState.Queued,
            Priority = ended.Priority,
            CreatedAt = now,
            AvailableAt = at,
            MemoryBytes = failure == FailureClass.OutOfMemory ? Grown(ended, spec) : ended.MemoryBytes,
            RetriesUsed = new Dictionary<string, int>(ended.RetriesUsed, StringComparer.Ordinal) { [name] = usedOfClass + 1 },
            RequestAddress = ended.RequestAddress,
        });
    }

    private static int Budget(RetryPolicy policy, FailureClass failure, string name) =>
        policy.Classes is { } classes ? classes.GetValueOrDefault(name) : Usual.Contains(failure) ? policy.Limit : 0;

    private static long? Grown(JobExecution ended, JobSpec spec)
    {
        if ((ended.MemoryBytes ?? spec.Limits.MemoryBytes) is not { } had || spec.Retry.MemoryFactor <= 1) return ended.MemoryBytes;
        var grown = had * spec.Retry.MemoryFactor;
        var most = Math.Max(spec.Retry.MaxMemoryBytes ?? long.MaxValue, had);
        return grown >= most ? most : (long)grown;
    }
}
