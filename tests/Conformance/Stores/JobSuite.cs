using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Execution;
using Glovebox.Jobs.Stores;
using Glovebox.Storage.Sql.Jobs;

namespace Glovebox.Tests.Conformance.Stores;

/// <summary>What the suites of the job store share: a database, a clock that is turned by hand, and jobs to put into it.</summary>
public abstract class JobSuite(StoreSite site) : IAsyncLifetime
{
    protected static readonly CancellationToken None = CancellationToken.None;

    private const string Mark = "a mark";

    private int _made;
    private long _marked;
    private long _version;

    protected StoreSite Site => site;
    protected JobStores Stores { get; private set; } = null!;
    protected IJobStore Jobs => Stores.Jobs;
    protected IExecutionQueue Queue => Stores.Queue;
    protected ISchedules Schedules => Stores.Schedules;
    protected IOutbox Outbox => Stores.Outbox;
    protected DateTimeOffset Now { get; set; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public async ValueTask InitializeAsync() => Stores = await site.OpenAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return site.DisposeAsync();
    }

    protected static JobSpec Spec(params string[] command) => new() { Command = command.Length == 0 ? ["true"] : command, Image = "debian" };

    /// <summary>A UUID that sorts by the order in which it was asked for.</summary>
    protected string NewId() => $"{Interlocked.Increment(ref _made):x8}-0000-7000-8000-{Random.Shared.NextInt64(1L << 48):x12}";

    protected JobExecution Execution(Job job, DateTimeOffset? at = null, long? position = null) => new()
    {
        Id = NewId(), JobId = job.Id, Task = job.Task, Status = ExecutionState.Queued, CreatedAt = Now, AvailableAt = at ?? Now,
        Priority = job.Spec.Priority, ArrayPosition = position,
    };

    protected NewJob NewJob(string task, JobSpec spec, string? id = null, string? key = null, string print = "1", bool replace = false, int executions = 1)
    {
        var at = spec.StartAt ?? Now;
        var job = new Job
        {
            Id = id ?? NewId(), Task = task, Status = spec.Cron is null && at <= Now ? JobState.Queued : JobState.Scheduled, Spec = spec, CreatedAt = Now,
            ModifiedAt = Now,
            Schedule = spec.Cron is null ? null : new Schedule(spec.Cron, spec.TimeZone ?? "UTC", spec.Overlap, spec.CatchUp, false, Now.AddMinutes(1)),
        };
        return new NewJob(
            job, spec.Cron is null ? [.. Enumerable.Range(0, executions).Select(i => new NewExecution(Execution(job, at, executions > 1 ? i : null)))] : [],
            key, print, replace);
    }

    protected async Task<SubmittedJob> SubmitAsync(string task = "train", JobSpec? spec = null, int executions = 1) =>
        await Jobs.SubmitAsync(NewJob(task, spec ?? Spec(), executions: executions), None);

    protected Task<IReadOnlyList<ClaimedExecution>> ClaimAsync(int limit = 100, string node = "n1", params string[] blocked) =>
        Queue.ClaimAsync(new Claim(node, limit, blocked, Now), None);

    protected async Task<ClaimedExecution> ClaimOneAsync(string node = "n1") => Assert.Single(await ClaimAsync(1, node));

    protected Task<bool> StartAsync(ClaimedExecution claimed, string? machine = "m1") => Queue.StartAsync(
        claimed.Key, new ExecutionStart(new InstanceHandle("oci", "job-" + claimed.Execution.Id, "/state", true), machine, "local", "box", "sha256:1", Now), None);

    protected ExecutionFinish Finish(
        ClaimedExecution claimed, ExecutionState state = ExecutionState.Succeeded, FailureClass? failure = null, NewExecution? retry = null) => new(
        claimed.Key, state, failure, state == ExecutionState.Succeeded ? 0 : 1, null, Now, Now, 1.5, new ResourceUsage(1, 2), 3, 4, false, [], retry);

    protected Task<bool> FinishAsync(
        ClaimedExecution claimed, ExecutionState state = ExecutionState.Succeeded, FailureClass? failure = null, NewExecution? retry = null) =>
        Queue.FinishAsync(Finish(claimed, state, failure, retry), None);

    protected async Task<Job> JobAsync(string id) => Assert.Single(await Jobs.FindJobsAsync(id, 2, None));

    protected async Task<JobExecution> ExecutionAsync(string id) => Assert.Single(await Jobs.FindExecutionsAsync(id, 2, None));

    /// <summary>Kinds of the events after one, up to now.</summary>
    protected async Task<string> EventsAsync(long after = 0)
    {
        var end = await MarkAsync();
        return string.Join(' ', (await Jobs.ReadEventsAsync(after, 1000, None)).TakeWhile(e => e.Id < end).Where(e => e.Task != Mark).Select(e => e.Kind));
    }

    /// <summary>Leaves an event and returns its id once it can be read: until then earlier ones may be held back by transactions of others.</summary>
    protected async Task<long> MarkAsync()
    {
        using var heard = new SemaphoreSlim(0);
        using var listening = Queue.Listen(_ => heard.Release());
        var version = (await Jobs.DefineTaskAsync(Mark, new TaskDefinition(), null, Now, None)).Version;
        while (true)
        {
            var marks = (await Jobs.ReadEventsAsync(0, 10_000, None)).Where(e => e.Task == Mark).ToList();
            if (marks.Count > 0 && marks[^1].Id > _marked && marks.Count(m => m.Id > _marked) == version - _version)
            {
                (_marked, _version) = (marks[^1].Id, version);
                return _marked;
            }

            await heard.WaitAsync();
        }
    }
}
