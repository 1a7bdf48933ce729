using System.Text;
using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;

namespace Glovebox.Cli.Tests;

/// <summary>One job that has ended, and the requests that came.</summary>
internal sealed class FakeJobs : IJobs
{
    private const string Id = "0193e5a0-5b1c-7cc3-98c4-dc0c0c07398f";
    private static readonly DateTimeOffset Then = new(2026, 3, 1, 11, 0, 0, TimeSpan.Zero);

    public Job Job { get; set; } = new()
    {
        Id = Id,
        Task = "nightly",
        Status = JobState.Failed,
        Spec = new JobSpec { Image = "alpine", Command = ["echo", "a b"] },
        CreatedAt = Then,
        ModifiedAt = Then,
        Executions = new JobCounts(1, 0, 0, 1),
    };

    public JobExecution Execution { get; set; } = new()
    {
        Id = "0193e5a0-aaaa-7cc3-98c4-dc0c0c07398f",
        JobId = Id,
        Task = "nightly",
        Status = ExecutionState.Failed,
        FailureClass = FailureClass.ExitCode,
        ExitCode = 3,
        CreatedAt = Then,
        AvailableAt = Then,
        StartedAt = Then,
        DurationSeconds = 2,
        Resource = "local",
    };

    public (string Task, JobSpec Spec, SubmitOptions Options)? Submitted { get; private set; }
    public JobFilter? Filter { get; private set; }
    public List<string> Done { get; } = [];

    public Task<SubmittedJob> SubmitAsync(string task, JobSpec spec, SubmitOptions options, CancellationToken cancellation)
    {
        Submitted = (task, spec, options);
        return Task.FromResult(new SubmittedJob(Job, Execution, true));
    }

    public Task<Job> ShowAsync(string id, CancellationToken cancellation) =>
        Job.Id.Contains(id) ? Task.FromResult(Job) : throw RefusalException.NotFound($"no job '{id}'");

    public Task<Page<Job>> ListAsync(JobFilter filter, CancellationToken cancellation)
    {
        Filter = filter;
        return Task.FromResult(new Page<Job>([Job], null));
    }

    public Task<Job> CancelAsync(string id, CancellationToken cancellation) => Note("cancel", Job);
    public Task<JobExecution> RetryAsync(string id, CancellationToken cancellation) => Note("retry", Execution);
    public Task RemoveAsync(string id, CancellationToken cancellation) => Note("remove", Job);

    public Task<Page<JobExecution>> ListExecutionsAsync(ExecutionFilter filter, CancellationToken cancellation) =>
        Task.FromResult(new Page<JobExecution>([Execution], null));

    public Task<JobExecution> ShowExecutionAsync(string id, CancellationToken cancellation) =>
        Execution.Id.Contains(id) ? Task.FromResult(Execution) : throw RefusalException.NotFound($"no execution '{id}'");

    public Task<JobExecution> CancelExecutionAsync(string id, CancellationToken cancellation) => throw new NotSupportedException();
    public Task<IReadOnlyList<Delivery>> ListDeliveriesAsync(string executionId, CancellationToken cancellation) => throw new NotSupportedException();
    /// <summary>The task that there is; null for none.</summary>
    public JobTask? JobTask { get; set; }

    public Task<Page<JobTask>> ListTasksAsync(TaskFilter filter, CancellationToken cancellation) =>
        Task.FromResult(new Page<JobTask>(JobTask is { } task && task.Name.Contains(filter.Text ?? "", StringComparison.Ordinal) ? [task] : [], null));

    public Task<JobTask> ShowTaskAsync(string name, CancellationToken cancellation) =>
        JobTask?.Name == name ? Task.FromResult(JobTask) : throw RefusalException.NotFound($"no task '{name}'");

    public Task<JobTask> DefineTaskAsync(string name, TaskDefinition definition, long? version, CancellationToken cancellation)
    {
        Assert.Equal(JobTask?.Version ?? 0, version);
        JobTask = new JobTask(name, definition, default, default, JobTask?.Jobs ?? 0, (JobTask?.Version ?? 0) + 1);
        return Task.FromResult(JobTask);
    }
    public Task<Job> PauseAsync(string id, CancellationToken cancellation) => Note("pause", Job);
    public Task<Job> ResumeAsync(string id, CancellationToken cancellation) => Note("resume", Job);
    public Task<JobExecution> TriggerAsync(string id, CancellationToken cancellation) => Note("trigger", Execution);

    public IReadOnlyList<DateTimeOffset> Preview(string cron, string? timeZone, DateTimeOffset? from, int count) =>
        [.. Enumerable.Range(1, count).Select(hour => (from ?? Then).AddHours(hour))];

    public Task<LogPiece> ReadLogAsync(string executionId, LogStream stream, long position, bool wait, CancellationToken cancellation) => Task.FromResult(
        position == 0 ? new LogPiece(Encoding.UTF8.GetBytes($"{stream}\n"), 1, false) : new LogPiece(default, 1, true));

    public Task<Stream> OpenOutputAsync(string executionId, string path, CancellationToken cancellation) => throw new NotSupportedException();
    public IAsyncEnumerable<JobEvent> EventsAsync(long? after, string? task, string? jobId, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<QueueStatus> StatusAsync(CancellationToken cancellation) => Task.FromResult(new QueueStatus(
        2, 5, 3, 1, 2, 90, 10, 1, 1, Then.AddHours(2), 4, [new NodeStatus("n1", "m1", null, 4, 2, true, false, Then)],
        [new ResourceStatus("local", "oci", true, false, "closed", 2, 4, null)], [new TaskStatusCounts("nightly", 3, 2)]));

    public Task SetDrainedAsync(string resource, bool drained, CancellationToken cancellation) => throw new NotSupportedException();

    private Task<T> Note<T>(string what, T result)
    {
        Done.Add(what);
        return Task.FromResult(result);
    }
}
