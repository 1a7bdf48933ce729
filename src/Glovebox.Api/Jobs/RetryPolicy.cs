namespace Glovebox.Api.Jobs;

/// <summary>When a failed execution is tried again, and when. A cancelled or expired one never is.</summary>
public sealed record RetryPolicy
{
    /// <summary>Retries of one execution (one cron tick, one index of an array) over all classes together, 0 to 1000.</summary>
    public int Limit { get; init; }

    /// <summary>
    /// Which failure classes retry, each with its own budget: <c>{"exit_code": 3, "out_of_memory": 1}</c>. Null: <c>exit_code</c>, <c>start</c>,
    /// <c>out_of_memory</c>, <c>out_of_disk</c>, <c>missing_output</c> and <c>lost</c>, up to <see cref="Limit"/> each; a timeout does not retry unless named.
    /// </summary>
    public IReadOnlyDictionary<string, int>? Classes { get; init; }

    /// <summary>Before the first retry, in seconds.</summary>
    public double DelaySeconds { get; init; } = 1;

    /// <summary>What the delay grows by with each retry, 1 to 10.</summary>
    public double Factor { get; init; } = 2;

    /// <summary>The delay never exceeds this, in seconds.</summary>
    public double MaxDelaySeconds { get; init; } = 300;

    /// <summary>The delay is changed at random by up to this share of itself, 0 to 1, so that what failed together does not return together.</summary>
    public double Jitter { get; init; } = 0.1;

    /// <summary>After <c>out_of_memory</c> the memory limit grows by this, 1 to 10.</summary>
    public double MemoryFactor { get; init; } = 1;

    /// <summary>The grown limit never exceeds this, in bytes; null for no bound.</summary>
    public long? MaxMemoryBytes { get; init; }
}
