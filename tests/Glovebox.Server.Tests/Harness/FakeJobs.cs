using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;

namespace Glovebox.Server.Tests.Harness;

/// <summary>A queue in memory: enough of its rules for what crosses HTTP. Nothing runs but by the test's hand.</summary>
internal sealed class FakeJobs : IJobs
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<string, FakeLog> _logs = [];
    private readonly Dictionary<string, (string Id, string Spec)> _keys = [];
    private readonly List<Channel<JobEvent>> _listeners = [];
    private readonly Lock _gate = new();

    public List<Job> Jobs { get; } = [];
    public List<JobExecution> Executions { get; } = [];
    public Dictionary<string, JobTask> Tasks { get; } = [];
    public List<JobEvent> Events { get; } = [];
    public Dictionary<string, bool> Drained { get; } = new() { ["local"] = false, ["tcp://10.0.0.5:2375"] = false };
    public SubmitOptions? Options { get; private set; }
    public Dictionary<string, byte[]> Outputs { get; } = [];

    /// <summary>Thrown by everything.</summary>
    public Exception? Failure { get; set; }

    /// <summary>What reading a log leads to, once it is there; null for the log.</summary>
    public Task<RefusalException>? LogRefusal { get; set; }

    public Task<SubmittedJob> SubmitAsync(string task, JobSpec spec, SubmitOptions options, CancellationToken cancellation)
    {
        Check();
        Options = options;
        var text = System.Text.Json.JsonSerializer.Serialize(spec, JobsJson.Default.JobSpec);
        if (options.IdempotencyKey is { } key && _keys.TryGetValue(key, out var known))
        {
            if (known.Spec != text) throw RefusalException.Conflict($"idempotency key '{key}' was used for another request");
            return Task.FromResult(new SubmittedJob(Find(known.Id), Last(known.Id), false));
        }

        if (options.Id is { } id && Jobs.Find(job => job.Id == id) is { } old)
        {
            if (!options.Replace) throw RefusalException.Conflict($"job {id} is there already");
            if (options.Version is { } version && version != old.Version) throw RefusalException.Conflict($"job {id} has version {old.Version} by now");
            var changed = old with { Spec = spec, Version = old.Version + 1 };
            Jobs[Jobs.IndexOf(old)] = changed;
            return Task.FromResult(new SubmittedJob(changed, Last(id), false));
        }

        var job = new Job
        {
            Id = options.Id ?? Guid.NewGuid().ToString(),
            Task = task,
            Status = spec.Cron is null ? JobState.Queued : JobState.Scheduled,
            Spec = spec,
            CreatedAt = Now,
            ModifiedAt = Now,
            RequestAddress = options.RequestAddress,
            Schedule = spec.Cron is { } cron ? new Schedule(cron, spec.TimeZone ?? "UTC", spec.Overlap, spec.CatchUp, false, Now.AddHours(1)) : null,
        };
        Jobs.Add(job);
        if (options.IdempotencyKey is { } fresh) _keys[fresh] = (job.Id, text);
        Tasks[task] = Tasks.TryGetValue(task, out var existing) ? existing with { Jobs = existing.Jobs + 1 } : new JobTask(task, new TaskDefinition(), Now, Now, 1, 1);
        var execution = job.Schedule is null ? AddExecution(job.Id) : null;
        Raise("job.submitted", task, job.Id, null, job.Status.Word());
        return Task.FromResult(new SubmittedJob(Find(job.Id), execution, true));
    }

    public Task<Job> ShowAsync(string id, CancellationToken cancellation) => Checked(() => Find(id));

    public Task<Page<Job>> ListAsync(JobFilter filter, CancellationToken cancellation) => Checked(() => PageOf(
        Jobs.AsEnumerable().Reverse().Where(job => (filter.Task is null || job.Task == filter.Task) && (filter.Status is null || job.Status == filter.Status)
            && (filter.Scheduled is null || job.Schedule is not null == filter.Scheduled)
            && (filter.Query is null || filter.Query == $"task={job.Task}")), filter.Cursor, filter.Limit));

    public Task<Job> CancelAsync(string id, CancellationToken cancellation) => Checked(() => Set(Find(id) with { Status = JobState.Cancelled, Stopped = true }));

    public Task<JobExecution> RetryAsync(string id, CancellationToken cancellation) => Checked(() =>
        Find(id).Schedule is null ? AddExecution(Find(id).Id) : throw RefusalException.Conflict($"job {id} has a schedule: trigger it instead"));

    public Task RemoveAsync(string id, CancellationToken cancellation) => Checked(() =>
        Find(id).Status.IsFinal() ? Jobs.Remove(Find(id)) : throw RefusalException.Conflict($"job {id} is not finished: cancel it first"));

    public Task<Page<JobExecution>> ListExecutionsAsync(ExecutionFilter filter, CancellationToken cancellation) => Checked(() => PageOf(
        Executions.AsEnumerable().Reverse().Where(e => (filter.JobId is null || e.JobId == filter.JobId) && (filter.Task is null || e.Task == filter.Task)
            && (filter.Status is null || e.Status.Word() == filter.Status)), filter.Cursor, filter.Limit));

    public Task<JobExecution> ShowExecutionAsync(string id, CancellationToken cancellation) => Checked(() => FindExecution(id));

    public Task<JobExecution> CancelExecutionAsync(string id, CancellationToken cancellation) => Checked(() =>
    {
        End(FindExecution(id).Id, ExecutionState.Cancelled, null);
        return FindExecution(id);
    });

    public Task<IReadOnlyList<Delivery>> ListDeliveriesAsync(string executionId, CancellationToken cancellation) => Checked<IReadOnlyList<Delivery>>(() =>
        [new("d1", FindExecution(executionId).JobId, executionId, "webhook", "http://127.0.0.1:9/hook", "fails", "failed", 3, null, Now, 500, "status 500")]);

    public Task<Page<JobTask>> ListTasksAsync(TaskFilter filter, CancellationToken cancellation) => Checked(() => PageOf(
        Tasks.Values.OrderBy(task => task.Name, StringComparer.Ordinal)
            .Where(task => filter.Text is null || task.Name.Contains(filter.Text, StringComparison.OrdinalIgnoreCase)), filter.Cursor, filter.Limit));

    public Task<JobTask> ShowTaskAsync(string name, CancellationToken cancellation) => Checked(() =>
        Tasks.GetValueOrDefault(name) ?? throw RefusalException.NotFound($"no task '{name}'"));

    public Task<JobTask> DefineTaskAsync(string name, TaskDefinition definition, long? version, CancellationToken cancellation) => Checked(() =>
    {
        var old = Tasks.GetValueOrDefault(name);
        if (version is { } wanted && wanted != (old?.Version ?? 0)) throw RefusalException.Conflict($"task '{name}' has version {old?.Version ?? 0} by now");
        return Tasks[name] = old is null ? new JobTask(name, definition, Now, Now, 0, 1) : old with { Definition = definition, Version = old.Version + 1 };
    });

    public Task<Job> PauseAsync(string id, CancellationToken cancellation) => Pause(id, true);
    public Task<Job> ResumeAsync(string id, CancellationToken cancellation) => Pause(id, false);

    public Task<JobExecution> TriggerAsync(string id, CancellationToken cancellation) => Checked(() => AddExecution(Find(id).Id));

    public IReadOnlyList<DateTimeOffset> Preview(string cron, string? timeZone, DateTimeOffset? from, int count) => cron == "bad"
        ? throw RefusalException.Bad("cron 'bad': give five fields")
        : [.. Enumerable.Range(1, count).Select(hour => (from ?? Now).AddHours(hour))];

    public async Task<LogPiece> ReadLogAsync(string executionId, LogStream stream, long position, bool wait, CancellationToken cancellation)
    {
        Check();
        if (LogRefusal is { } refusal) throw await refusal.WaitAsync(cancellation);
        return await LogOf(FindExecution(executionId).Id).ReadAsync(stream, position, wait, cancellation);
    }

    public Task<Stream> OpenOutputAsync(string executionId, string path, CancellationToken cancellation) => Checked<Stream>(() =>
        Outputs.TryGetValue(path, out var bytes) ? new MemoryStream(bytes) : throw RefusalException.NotFound($"no output '{path}' was kept"));

    public async IAsyncEnumerable<JobEvent> EventsAsync(
        long? after, string? task, string? jobId, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var channel = Channel.CreateUnbounded<JobEvent>();
        lock (_gate)
        {
            foreach (var past in Events.Where(item => item.Id > (after ?? long.MaxValue))) channel.Writer.TryWrite(past);
            _listeners.Add(channel);
        }

        await foreach (var item in channel.Reader.ReadAllAsync(cancellation))
            if ((task is null || item.Task == task) && (jobId is null || item.JobId == jobId)) yield return item;
    }

    public Task<QueueStatus> StatusAsync(CancellationToken cancellation) => Checked(() => new QueueStatus(
        Tasks.Count, Jobs.Count, 3, 1, 2, 1.5, 10, 1, 1, Now.AddHours(1), 4,
        [new NodeStatus("n1", "m1", null, 4, 2, true, false, Now)],
        [.. Drained.Select(pair => new ResourceStatus(pair.Key, pair.Key == "local" ? "oci" : "docker", true, pair.Value, "closed", 1, 10, null))],
        [new TaskStatusCounts("a", 3, 2)]));

    public Task SetDrainedAsync(string resource, bool drained, CancellationToken cancellation) => Checked(() =>
        Drained.ContainsKey(resource) ? Drained[resource] = drained : throw RefusalException.NotFound($"no resource '{resource}'"));

    public FakeLog LogOf(string execution)
    {
        lock (_gate) return _logs.TryGetValue(execution, out var log) ? log : _logs[execution] = new FakeLog();
    }

    public void Raise(string kind, string? task, string? job, string? execution, string? status)
    {
        lock (_gate)
        {
            var item = new JobEvent(Events.Count + 1, kind, Now, task, job, execution, status);
            Events.Add(item);
            foreach (var listener in _listeners) listener.Writer.TryWrite(item);
        }
    }

    /// <summary>The execution is over.</summary>
    public void End(string execution, ExecutionState state, int? code)
    {
        var old = FindExecution(execution);
        Executions[Executions.IndexOf(old)] = old with
        {
            Status = state,
            ExitCode = code,
            StartedAt = Now,
            FinishedAt = Now.AddSeconds(2),
            DurationSeconds = 2,
            FailureClass = state == ExecutionState.Failed ? FailureClass.ExitCode : null,
            StdoutBytes = 1,
            StderrBytes = 1,
            Resource = "tcp://10.0.0.5:2375",
            Instance = "box",
        };
        LogOf(execution).End();
    }

    private JobExecution AddExecution(string job)
    {
        var execution = new JobExecution { Id = Guid.NewGuid().ToString(), JobId = job, Task = Find(job).Task, Status = ExecutionState.Running, CreatedAt = Now, AvailableAt = Now };
        Executions.Add(execution);
        Set(Find(job) with { Executions = new JobCounts(Find(job).Executions.Total + 1, 1, 0, 0) });
        return execution;
    }

    private Task<Job> Pause(string id, bool paused) => Checked(() => Set(Find(id) with
    {
        Schedule = (Find(id).Schedule ?? throw RefusalException.Bad($"job {id} has no schedule")) with { Paused = paused },
    }));

    private Job Set(Job job) => Jobs[Jobs.FindIndex(old => old.Id == job.Id)] = job;
    private JobExecution? Last(string job) => Executions.FindLast(execution => execution.JobId == job);
    private Job Find(string id) => Jobs.Find(job => job.Id.Contains(id)) ?? throw RefusalException.NotFound($"no job '{id}'");
    private JobExecution FindExecution(string id) => Executions.Find(e => e.Id.Contains(id)) ?? throw RefusalException.NotFound($"no execution '{id}'");

    private static Page<T> PageOf<T>(IEnumerable<T> all, string? cursor, int limit)
    {
        var from = cursor is null ? 0 : int.Parse(cursor);
        var items = all.Skip(from).Take(limit + 1).ToList();
        return new Page<T>([.. items.Take(limit)], items.Count > limit ? $"{from + limit}" : null);
    }

    private void Check()
    {
        if (Failure is { } failure) throw failure;
    }

    private Task<T> Checked<T>(Func<T> work)
    {
        try
        {
            Check();
            return Task.FromResult(work());
        }
        catch (RefusalException refusal)
        {
            return Task.FromException<T>(refusal);
        }
    }
}
