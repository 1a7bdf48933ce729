using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Glovebox.Api.Jobs.Remote;

/// <summary>The queue of a server, over its native API: the same as the feature in its process, refusals included.</summary>
public sealed class JobsClient : IJobs, IDisposable
{
    /// <summary>Names the machine that is meant, for requests from node to node: another one refuses them.</summary>
    public const string MachineHeader = "Glovebox-Machine";

    private readonly ServerCalls _calls;

    /// <param name="server">Where it listens, such as <c>http://127.0.0.1:10000</c>.</param>
    /// <param name="token">Null for a server without tokens.</param>
    /// <param name="machine">Which machine's node is meant; null for whatever listens there.</param>
    public JobsClient(Uri server, string? token, TimeProvider clock, string? machine = null) => _calls = new ServerCalls(server, token, clock, machine);

    public Task<SubmittedJob> SubmitAsync(string task, JobSpec spec, SubmitOptions options, CancellationToken cancellation)
    {
        var path = $"v1/tasks/{ServerCalls.Part("task", task)}/jobs";
        var request = options.Id is { } id
            ? new HttpRequestMessage(HttpMethod.Put, $"{path}/{ServerCalls.Part("id", id)}")
            : new HttpRequestMessage(HttpMethod.Post, path);
        if (options is { Id: not null, Replace: false }) request.Headers.Add("If-None-Match", "*");
        if (options.Version is { } version) request.Headers.Add("If-Match", $"\"{version}\"");
        if (options.IdempotencyKey is { } key) request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        request.Content = ServerCalls.Json(JsonSerializer.SerializeToUtf8Bytes(spec, JobsJson.Default.JobSpec));
        return _calls.SendAsync(request, JobsJson.Default.SubmittedJob, cancellation);
    }

    public Task<Job> ShowAsync(string id, CancellationToken cancellation) => _calls.GetAsync(Job(id), JobsJson.Default.Job, cancellation);

    public Task<Page<Job>> ListAsync(JobFilter filter, CancellationToken cancellation)
    {
        var query = new QueryText().Add("task", filter.Task).Add("status", filter.Status?.Word()).Add("q", filter.Query)
            .Add("scheduled", filter.Scheduled switch { null => null, true => "true", false => "false" }).Page(filter.Cursor, filter.Limit);
        return _calls.GetAsync($"v1/jobs{query}", JobsJson.Default.PageJob, cancellation);
    }

    public Task<Job> CancelAsync(string id, CancellationToken cancellation) => _calls.PostAsync($"{Job(id)}/cancel", JobsJson.Default.Job, cancellation);

    public Task<JobExecution> RetryAsync(string id, CancellationToken cancellation) =>
        _calls.PostAsync($"{Job(id)}/retry", JobsJson.Default.JobExecution, cancellation);

    public Task RemoveAsync(string id, CancellationToken cancellation) =>
        _calls.SendAsync(new HttpRequestMessage(HttpMethod.Delete, Job(id)), cancellation);

    public async Task<Page<JobExecution>> ListExecutionsAsync(ExecutionFilter filter, CancellationToken cancellation)
    {
        var query = new QueryText().Add("task", filter.Task).Add("status", filter.Status).Page(filter.Cursor, filter.Limit);
        var path = filter.JobId is { } job ? $"{Job(job)}/executions" : "v1/executions";
        return await _calls.GetAsync($"{path}{query}", JobsJson.Default.PageJobExecution, cancellation).ConfigureAwait(false);
    }

    public Task<JobExecution> ShowExecutionAsync(string id, CancellationToken cancellation) =>
        _calls.GetAsync(Execution(id), JobsJson.Default.JobExecution, cancellation);

    public Task<JobExecution> CancelExecutionAsync(string id, CancellationToken cancellation) =>
        _calls.PostAsync($"{Execution(id)}/cancel", JobsJson.Default.JobExecution, cancellation);

    public Task<IReadOnlyList<Delivery>> ListDeliveriesAsync(string executionId, CancellationToken cancellation) =>
        _calls.GetAsync($"{Execution(executionId)}/deliveries", JobsJson.Default.IReadOnlyListDelivery, cancellation);

    public Task<Page<JobTask>> ListTasksAsync(TaskFilter filter, CancellationToken cancellation) =>
        _calls.GetAsync($"v1/tasks{new QueryText().Add("q", filter.Text).Page(filter.Cursor, filter.Limit)}", JobsJson.Default.PageJobTask, cancellation);

    public Task<JobTask> ShowTaskAsync(string name, CancellationToken cancellation) =>
        _calls.GetAsync($"v1/tasks/{ServerCalls.Part("task", name)}", JobsJson.Default.JobTask, cancellation);

    public Task<JobTask> DefineTaskAsync(string name, TaskDefinition definition, long? version, CancellationToken cancellation)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, $"v1/tasks/{ServerCalls.Part("task", name)}")
        {
            Content = ServerCalls.Json(JsonSerializer.SerializeToUtf8Bytes(definition, JobsJson.Default.TaskDefinition)),
        };
        if (version == 0) request.Headers.Add("If-None-Match", "*");
        else if (version is { } known) request.Headers.Add("If-Match", $"\"{known}\"");
        return _calls.SendAsync(request, JobsJson.Default.JobTask, cancellation);
    }

    public Task<Job> PauseAsync(string id, CancellationToken cancellation) => _calls.PostAsync($"{Schedule(id)}/pause", JobsJson.Default.Job, cancellation);
    public Task<Job> ResumeAsync(string id, CancellationToken cancellation) => _calls.PostAsync($"{Schedule(id)}/resume", JobsJson.Default.Job, cancellation);

    public Task<JobExecution> TriggerAsync(string id, CancellationToken cancellation) =>
        _calls.PostAsync($"{Schedule(id)}/trigger", JobsJson.Default.JobExecution, cancellation);

    public IReadOnlyList<DateTimeOffset> Preview(string cron, string? timeZone, DateTimeOffset? from, int count)
    {
        var query = new QueryText().Add("cron", cron).Add("timeZone", timeZone).Add("from", from?.ToString("O")).Add("count", $"{count}");
        return _calls.Get($"v1/schedules/preview{query}", JobsJson.Default.IReadOnlyListDateTimeOffset);
    }

    public async Task<LogPiece> ReadLogAsync(string executionId, LogStream stream, long position, bool wait, CancellationToken cancellation)
    {
        while (true)
        {
            var query = new QueryText().Add("piece", "true").Add("stream", stream.ToString().ToLowerInvariant()).Add("position", $"{position}")
                .Add("follow", wait ? "true" : null);
            var piece = await _calls.PieceAsync($"{Execution(executionId)}/log{query}", wait, cancellation).ConfigureAwait(false);
            // The server does not let a request wait for ever: what came back empty is asked for again.
            if (!wait || piece.Ended || !piece.Bytes.IsEmpty) return piece;
            position = piece.Position;
        }
    }

    public Task<Stream> OpenOutputAsync(string executionId, string path, CancellationToken cancellation)
    {
        var parts = path.Split('/').Select(part => ServerCalls.Part("path", part));
        return _calls.OpenAsync($"{Execution(executionId)}/outputs/{string.Join('/', parts)}", cancellation);
    }

    /// <summary>A connection that breaks is made again, and goes on after the last event that came.</summary>
    public async IAsyncEnumerable<JobEvent> EventsAsync(
        long? after, string? task, string? jobId, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            var query = new QueryText().Add("after", after?.ToString()).Add("task", task).Add("job", jobId);
            await foreach (var item in _calls.EventsAsync($"v1/events{query}", cancellation).ConfigureAwait(false))
            {
                after = item.Id;
                yield return item;
            }

            cancellation.ThrowIfCancellationRequested();
        }
    }

    public Task<QueueStatus> StatusAsync(CancellationToken cancellation) => _calls.GetAsync("v1/status", JobsJson.Default.QueueStatus, cancellation);

    public Task SetDrainedAsync(string resource, bool drained, CancellationToken cancellation) => _calls.SendAsync(
        new HttpRequestMessage(HttpMethod.Post, $"v1/resources/{ServerCalls.Part("resource", resource)}/{(drained ? "drain" : "undrain")}"), cancellation);

    public void Dispose() => _calls.Dispose();

    private static string Job(string id) => $"v1/jobs/{ServerCalls.Part("id", id)}";
    private static string Execution(string id) => $"v1/executions/{ServerCalls.Part("id", id)}";
    private static string Schedule(string id) => $"v1/schedules/{ServerCalls.Part("id", id)}";
}
