using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Schedules;
using Glovebox.Jobs.Specs;
using Glovebox.Query;

namespace Glovebox.Jobs;

/// <summary>The queue as its users see it: what they ask for is checked here, and secrets are hidden in what they get.</summary>
public sealed class JobsFeature(JobParts parts, JobSettings settings) : IJobs
{
    private const int MostListed = 1000;

    public async Task<SubmittedJob> SubmitAsync(string task, JobSpec spec, SubmitOptions options, CancellationToken cancellation)
    {
        var submitted = await parts.Store.SubmitAsync(Submitting.Plan(task, spec, options, settings, parts.Time.GetUtcNow()), cancellation);
        return submitted with { Job = JobMasking.Hide(submitted.Job) };
    }

    public async Task<Job> ShowAsync(string id, CancellationToken cancellation) => JobMasking.Hide(await FindAsync(id, cancellation));

    public async Task<Page<Job>> ListAsync(JobFilter filter, CancellationToken cancellation)
    {
        CheckLimit(filter.Limit);
        var where = filter.Query is { } query ? ConditionParser.Parse(query, JobFields.Catalog) : null;
        var page = await parts.Store.ListJobsAsync(filter, where, cancellation);
        return page with { Items = [.. page.Items.Select(JobMasking.Hide)] };
    }

    public async Task<Job> CancelAsync(string id, CancellationToken cancellation)
    {
        var job = await FindAsync(id, cancellation);
        return JobMasking.Hide(await parts.Store.CancelJobAsync(job.Id, parts.Time.GetUtcNow(), cancellation) ?? throw Gone(job));
    }

    public async Task<JobExecution> RetryAsync(string id, CancellationToken cancellation)
    {
        var job = await FindAsync(id, cancellation);
        if (job.Spec.Cron is not null) throw RefusalException.Conflict($"job {job.Id} has a schedule; 'glovebox schedule trigger {job.Id}' runs it now");
        if (job.Spec.Array is not null) throw RefusalException.Conflict($"job {job.Id} is an array; submit those of its parts again that are wanted");
        var latest = (await parts.Store.ListExecutionsAsync(new ExecutionFilter(JobId: job.Id, Limit: 1), cancellation)).Items is [var one] ? one : null;
        if (latest?.Status <= ExecutionState.Running) await parts.Store.CancelExecutionAsync(latest.Id, parts.Time.GetUtcNow(), cancellation);
        return await AddAsync(job, latest, revive: true, cancellation) ?? throw Gone(job);
    }

    public async Task RemoveAsync(string id, CancellationToken cancellation)
    {
        var job = await FindAsync(id, cancellation);
        parts.Logs.Remove(await parts.Store.RemoveJobAsync(job.Id, cancellation) ?? throw Gone(job));
    }

    public async Task<Page<JobExecution>> ListExecutionsAsync(ExecutionFilter filter, CancellationToken cancellation)
    {
        CheckLimit(filter.Limit);
        if (filter.Status is { } status && WireWords.Find<ExecutionState>(status) is null)
            throw RefusalException.Bad($"status: '{FieldRules.Cut(status)}' is none of {string.Join(", ", WireWords.All<ExecutionState>())}");
        var job = filter.JobId is { } id ? (await FindAsync(id, cancellation)).Id : null;
        return await parts.Store.ListExecutionsAsync(filter with { JobId = job }, cancellation);
    }

    public Task<JobExecution> ShowExecutionAsync(string id, CancellationToken cancellation) => JobIds.FindExecutionAsync(parts.Store, id, cancellation);

    public async Task<JobExecution> CancelExecutionAsync(string id, CancellationToken cancellation)
    {
        var execution = await ShowExecutionAsync(id, cancellation);
        return await parts.Store.CancelExecutionAsync(execution.Id, parts.Time.GetUtcNow(), cancellation)
            ?? throw RefusalException.NotFound($"execution {execution.Id} was removed meanwhile");
    }

    public async Task<IReadOnlyList<Delivery>> ListDeliveriesAsync(string executionId, CancellationToken cancellation) =>
        await parts.Outbox.ListAsync((await ShowExecutionAsync(executionId, cancellation)).Id, cancellation);

    public Task<Page<JobTask>> ListTasksAsync(TaskFilter filter, CancellationToken cancellation)
    {
        CheckLimit(filter.Limit);
        return parts.Store.ListTasksAsync(filter, cancellation);
    }

    public async Task<JobTask> ShowTaskAsync(string name, CancellationToken cancellation)
    {
        TaskNames.Check(name);
        return await parts.Store.FindTaskAsync(name, cancellation)
            ?? throw RefusalException.NotFound($"no task '{name}'; it comes into being with its first job");
    }

    public Task<JobTask> DefineTaskAsync(string name, TaskDefinition definition, long? version, CancellationToken cancellation)
    {
        TaskNames.Check(name);
        TaskNames.Check(definition);
        return parts.Store.DefineTaskAsync(name, definition, version, parts.Time.GetUtcNow(), cancellation);
    }

    public Task<Job> PauseAsync(string id, CancellationToken cancellation) => SetPausedAsync(id, paused: true, cancellation);

    public Task<Job> ResumeAsync(string id, CancellationToken cancellation) => SetPausedAsync(id, paused: false, cancellation);

    public async Task<JobExecution> TriggerAsync(string id, CancellationToken cancellation)
    {
        var job = await ScheduledAsync(id, cancellation);
        return await AddAsync(job, null, revive: false, cancellation)
            ?? throw RefusalException.Conflict($"job {job.Id} was cancelled; submit it again to go on with its schedule");
    }

    public IReadOnlyList<DateTimeOffset> Preview(string cron, string? timeZone, DateTimeOffset? from, int count) =>
        Ticks.Preview(cron, timeZone, from ?? parts.Time.GetUtcNow(), count);

    public async Task<LogPiece> ReadLogAsync(string executionId, LogStream stream, long position, bool wait, CancellationToken cancellation)
    {
        if (position < 0) throw RefusalException.Bad($"position: {position} is less than 0. Give one that an earlier piece gave, or 0 for the start");
        var execution = await ShowExecutionAsync(executionId, cancellation);
        return await parts.Logs.ReadAsync(execution, stream, position, wait, again => ShowExecutionAsync(execution.Id, again), cancellation);
    }

    public async Task<Stream> OpenOutputAsync(string executionId, string path, CancellationToken cancellation) =>
        parts.Logs.OpenOutput(await ShowExecutionAsync(executionId, cancellation), path);

    public async IAsyncEnumerable<JobEvent> EventsAsync(
        long? after, string? task, string? jobId, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        if (after < 0) throw RefusalException.Bad($"after: {after} is less than 0. Give the id of an event, or 0 for all that is kept");
        // A whole id may be of a job that is gone: its events are still there.
        var job = jobId is null ? null : Guid.TryParseExact(jobId, "D", out var uuid) ? uuid.ToString() : (await FindAsync(jobId, cancellation)).Id;
        await foreach (var happened in EventFeed.ReadAsync(parts.Store, parts.Queue, parts.Time, after, task, job, cancellation)) yield return happened;
    }

    public async Task<QueueStatus> StatusAsync(CancellationToken cancellation)
    {
        var now = parts.Time.GetUtcNow();
        var counts = await parts.Store.CountAsync(now, cancellation);
        return new QueueStatus(
            counts.Tasks, counts.Jobs, counts.Queued, counts.Delayed, counts.Running,
            counts.OldestQueuedAt is { } oldest ? Math.Max(0, (now - oldest).TotalSeconds) : null,
            counts.FinishedLastMinute, counts.FailedLastMinute, counts.Schedules, await parts.Schedules.NextDueAsync(now, cancellation),
            counts.PendingDeliveries, parts.Nodes(), parts.Resources.Status(counts.RunningByResource), counts.ByTask);
    }

    public Task SetDrainedAsync(string resource, bool drained, CancellationToken cancellation) =>
        parts.Resources.SetDrainedAsync(resource, drained, cancellation);

    private Task<Job> FindAsync(string id, CancellationToken cancellation) => JobIds.FindJobAsync(parts.Store, id, cancellation);

    private async Task<Job> ScheduledAsync(string id, CancellationToken cancellation)
    {
        var job = await FindAsync(id, cancellation);
        return job.Schedule is not null ? job : throw RefusalException.Conflict($"job {job.Id} has no schedule; 'glovebox job retry {job.Id}' runs it again");
    }

    private async Task<Job> SetPausedAsync(string id, bool paused, CancellationToken cancellation)
    {
        var job = await ScheduledAsync(id, cancellation);
        var now = parts.Time.GetUtcNow();
        var nextAt = paused ? null : Ticks.Resumed(job, now);
        return JobMasking.Hide(await parts.Schedules.SetPausedAsync(job.Id, paused, nextAt, now, cancellation) ?? throw Gone(job));
    }

    private Task<JobExecution?> AddAsync(Job job, JobExecution? repeated, bool revive, CancellationToken cancellation)
    {
        var now = parts.Time.GetUtcNow();
        var execution = Queued.Of(job, now) with { Attempt = (repeated?.Attempt ?? 0) + 1, RetryOf = repeated?.Id };
        return parts.Store.AddExecutionAsync(new Stores.NewExecution(execution), revive, now, cancellation);
    }

    private static void CheckLimit(int limit)
    {
        if (limit is < 1 or > MostListed) throw RefusalException.Bad($"limit: {limit} is not between 1 and {MostListed}");
    }

    private static RefusalException Gone(Job job) => RefusalException.NotFound($"job {job.Id} was removed meanwhile");
}
