using System.Text.Json;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Api.Runs;
using Glovebox.Jobs.Retrying;

namespace Glovebox.Tests.Jobs.Retrying;

public sealed class RetryRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(FailureClass.ExitCode, true)]
    [InlineData(FailureClass.Start, true)]
    [InlineData(FailureClass.OutOfMemory, true)]
    [InlineData(FailureClass.OutOfDisk, true)]
    [InlineData(FailureClass.MissingOutput, true)]
    [InlineData(FailureClass.Lost, true)]
    [InlineData(FailureClass.Timeout, false)]
    [InlineData(FailureClass.Cancelled, false)]
    public void Without_classes_all_but_timeout_and_cancellation_retry(FailureClass failure, bool retries) =>
        Assert.Equal(retries, Next(Ended(), Spec(new RetryPolicy { Limit = 1 }), failure) is not null);

    [Fact]
    public void A_named_class_alone_retries_within_its_own_budget()
    {
        var spec = Spec(new RetryPolicy { Limit = 10, Classes = new Dictionary<string, int> { ["timeout"] = 1, ["exit_code"] = 2 } });
        Assert.Null(Next(Ended(), spec, FailureClass.Start));
        Assert.NotNull(Next(Ended(), spec, FailureClass.Timeout));
        Assert.Null(Next(Ended(("timeout", 1)), spec, FailureClass.Timeout));
        Assert.NotNull(Next(Ended(("timeout", 1), ("exit_code", 1)), spec, FailureClass.ExitCode));
    }

    [Fact]
    public void The_limit_holds_over_all_classes_together()
    {
        var spec = Spec(new RetryPolicy { Limit = 3 });
        Assert.NotNull(Next(Ended(("exit_code", 1), ("lost", 1)), spec, FailureClass.Start));
        Assert.Null(Next(Ended(("exit_code", 2), ("lost", 1)), spec, FailureClass.Start));
    }

    [Fact]
    public void A_cancelled_one_is_not_tried_again_even_when_named() =>
        Assert.Null(Next(Ended(), Spec(new RetryPolicy { Limit = 3, Classes = new Dictionary<string, int> { ["cancelled"] = 3 } }), FailureClass.Cancelled));

    [Fact]
    public void The_retry_stands_for_the_same_tick_and_index_and_knows_what_led_to_it()
    {
        var ended = Ended(("lost", 1)) with { ArrayPosition = 7, Tick = Now, Attempt = 2, Priority = 5, RequestAddress = "10.0.0.1" };
        var next = Next(ended, Spec(new RetryPolicy { Limit = 5 }), FailureClass.ExitCode)!;
        Assert.Equal((ended.JobId, ended.Task, 7L, Now, 3, ended.Id, 5), (next.JobId, next.Task, next.ArrayPosition, next.Tick, next.Attempt, next.RetryOf, next.Priority));
        Assert.Equal("10.0.0.1", next.RequestAddress);
        Assert.NotEqual(ended.Id, next.Id);
        Assert.Equal(7, Guid.Parse(next.Id).Version);
        Assert.Equal(new Dictionary<string, int> { ["lost"] = 1, ["exit_code"] = 1 }, next.RetriesUsed);
        Assert.Equal(ExecutionState.Queued, next.Status);
    }

    [Fact]
    public void The_delay_doubles_up_to_its_cap()
    {
        var spec = Spec(new RetryPolicy { Limit = 100, DelaySeconds = 2, MaxDelaySeconds = 30, Jitter = 0 });
        double[] delays = [.. Enumerable.Range(0, 6).Select(used => Delay(Next(Ended(("exit_code", used)), spec, FailureClass.ExitCode)!))];
        Assert.Equal([2, 4, 8, 16, 30, 30], delays);
    }

    [Fact]
    public void The_jitter_spreads_delays_and_never_exceeds_the_cap()
    {
        var spec = Spec(new RetryPolicy { Limit = 100, DelaySeconds = 10, MaxDelaySeconds = 20, Jitter = 0.5 });
        var random = new Random(1);
        foreach (var (used, least, most) in new[] { (0, 5, 15), (1, 10, 20), (50, 10, 20) })
        {
            double[] delays = [.. Enumerable.Range(0, 300).Select(_ => Delay(Next(Ended(("exit_code", used)), spec, FailureClass.ExitCode, random)!))];
            Assert.All(delays, delay => Assert.InRange(delay, least, most));
            Assert.True(delays.Max() - delays.Min() > (most - least) * 0.8);
        }
    }

    [Fact]
    public void Memory_grows_after_out_of_memory_alone_and_up_to_its_bound()
    {
        const long mebibyte = 1 << 20;
        var spec = Spec(new RetryPolicy { Limit = 9, MemoryFactor = 1.5, MaxMemoryBytes = 200 * mebibyte }) with { Limits = new RunLimits(100 * mebibyte, null, null, null, null) };
        var first = Next(Ended(), spec, FailureClass.OutOfMemory)!;
        Assert.Equal(150 * mebibyte, first.MemoryBytes);
        Assert.Equal(150 * mebibyte, Next(first, spec, FailureClass.ExitCode)!.MemoryBytes);
        Assert.Equal(200 * mebibyte, Next(first, spec, FailureClass.OutOfMemory)!.MemoryBytes);
        Assert.Null(Next(Ended(), spec, FailureClass.ExitCode)!.MemoryBytes);
        Assert.Null(Next(Ended(), spec with { Limits = new RunLimits(null, null, null, null, null) }, FailureClass.OutOfMemory)!.MemoryBytes);
    }

    [Fact]
    public void A_bound_below_the_limit_does_not_shrink_it()
    {
        var spec = Spec(new RetryPolicy { Limit = 9, MemoryFactor = 2, MaxMemoryBytes = 10 << 20 }) with { Limits = new RunLimits(100 << 20, null, null, null, null) };
        Assert.Equal(100 << 20, Next(Ended(), spec, FailureClass.OutOfMemory)!.MemoryBytes);
    }

    [Fact]
    public void Nothing_is_tried_again_after_the_expiry()
    {
        var policy = new RetryPolicy { Limit = 1, DelaySeconds = 10, Jitter = 0 };
        Assert.Null(Next(Ended(), Spec(policy) with { ExpiresAt = Now.AddSeconds(10) }, FailureClass.ExitCode));
        Assert.NotNull(Next(Ended(), Spec(policy) with { ExpiresAt = Now.AddSeconds(11) }, FailureClass.ExitCode));
    }

    [Fact]
    public void Classes_are_spelt_as_in_JSON() => Assert.All(
        Enum.GetValues<FailureClass>(), failure => Assert.Equal($"\"{WireWords.Of(failure)}\"", JsonSerializer.Serialize(failure)));

    private static JobExecution? Next(JobExecution ended, JobSpec spec, FailureClass failure, Random? random = null) =>
        RetryRules.Next(ended, spec, failure, Now, random ?? new Random(1))?.Execution;

    private static double Delay(JobExecution next) => (next.AvailableAt - Now).TotalSeconds;

    private static JobSpec Spec(RetryPolicy retry) => new() { Command = ["true"], Image = "i", Retry = retry };

    private static JobExecution Ended(params (string Failure, int Count)[] used) => new()
    {
        Id = Guid.CreateVersion7(Now).ToString(),
        JobId = "j",
        Task = "t",
        Status = ExecutionState.Failed,
        CreatedAt = Now,
        AvailableAt = Now,
        RetriesUsed = used.ToDictionary(u => u.Failure, u => u.Count),
    };
}
