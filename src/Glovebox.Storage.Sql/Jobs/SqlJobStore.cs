using Glovebox.Api.Jobs;
using Glovebox.Jobs.Stores;
using Glovebox.Query;

namespace Glovebox.Storage.Sql.Jobs;

/// <summary>Tasks, jobs, executions and events.</summary>
public sealed class SqlJobStore(IJobDatabase database) : IJobStore
{
    public Task<string> IdentifyAsync(CancellationToken cancellation) =>
        database.ReadAsync(async sql => (await sql.FirstAsync("select id from store", r => r.Text(0)))!, cancellation);

    public Task<SubmittedJob> SubmitAsync(NewJob job, CancellationToken cancellation)
    {
        var definition = new JobDefinition(job.Job);
        return database.ChangeAsync(change => Submission.SubmitAsync(change, job, definition), cancellation);
    }

    public Task<JobExecution?> AddExecutionAsync(NewExecution execution, bool revive, DateTimeOffset now, CancellationToken cancellation) =>
        database.ChangeAsync(change => Cancellation.AddExecutionAsync(change, execution, revive, now), cancellation);

    public Task<Job?> CancelJobAsync(string id, DateTimeOffset now, CancellationToken cancellation) =>
        database.ChangeAsync(change => Cancellation.CancelJobAsync(change, id, now), cancellation);

    public Task<JobExecution?> CancelExecutionAsync(string id, DateTimeOffset now, CancellationToken cancellation) =>
        database.ChangeAsync(change => Cancellation.CancelExecutionAsync(change, id, now), cancellation);

    public Task<IReadOnlyList<string>?> RemoveJobAsync(string id, CancellationToken cancellation) =>
        database.ChangeAsync(change => Cancellation.RemoveAsync(change, id), cancellation);

    public Task<IReadOnlyList<string>> RemoveOutdatedAsync(DateTimeOffset now, int limit, CancellationToken cancellation) =>
        database.ChangeAsync(change => Cancellation.RemoveOutdatedAsync(change, now, limit), cancellation);

    public Task<JobTask> DefineTaskAsync(string name, TaskDefinition definition, long? version, DateTimeOffset now, CancellationToken cancellation) =>
        database.ChangeAsync(change => TaskTable.DefineAsync(change, name, definition, version, now), cancellation);

    public Task<IReadOnlyList<Job>> FindJobsAsync(string part, int limit, CancellationToken cancellation) => database.ReadAsync(
        sql => Lists.FindAsync(sql, $"select {JobTable.All} from jobs j", "j.id", part, limit, JobTable.Read), cancellation);

    public Task<IReadOnlyList<JobExecution>> FindExecutionsAsync(string part, int limit, CancellationToken cancellation) => database.ReadAsync(
        sql => Lists.FindAsync(sql, $"select {ExecutionTable.All} from executions e", "e.id", part, limit, ExecutionTable.Read), cancellation);

    public Task<string?> MachineOfAsync(string executionId, CancellationToken cancellation) =>
        database.ReadAsync(sql => sql.FirstAsync("select machine from executions where id = @id", r => r.TextOrNull(0), ("id", executionId)), cancellation);

    public Task<Page<Job>> ListJobsAsync(JobFilter filter, Condition? where, CancellationToken cancellation) =>
        database.ReadAsync(sql => Lists.JobsAsync(sql, filter, where), cancellation);

    public Task<Page<JobExecution>> ListExecutionsAsync(ExecutionFilter filter, CancellationToken cancellation) =>
        database.ReadAsync(sql => Lists.ExecutionsAsync(sql, filter), cancellation);

    public Task<JobTask?> FindTaskAsync(string name, CancellationToken cancellation) =>
        database.ReadAsync(sql => TaskTable.FindAsync(sql, name), cancellation);

    public Task<Page<JobTask>> ListTasksAsync(TaskFilter filter, CancellationToken cancellation) =>
        database.ReadAsync(sql => Lists.TasksAsync(sql, filter), cancellation);

    public Task<QueueCounts> CountAsync(DateTimeOffset now, CancellationToken cancellation) =>
        database.ReadAsync(sql => Counts.ReadAsync(sql, now), cancellation);

    public async Task<IReadOnlyList<JobEvent>> ReadEventsAsync(long after, int limit, CancellationToken cancellation)
    {
        var (found, held) = await database.ReadAsync(sql => Events.ReadAsync(sql, after, limit), cancellation);
        if (held) database.Hint(JobSignals.Events);
        return found;
    }

    public Task<long> LastEventAsync(CancellationToken cancellation) =>
        database.ReadAsync(sql => sql.NumberAsync($"select max(id) from events where {sql.Dialect.Settled}"), cancellation);

    public Task TrimAsync(DateTimeOffset before, CancellationToken cancellation) =>
        database.ChangeAsync(change => Trim.RunAsync(change, before), cancellation);
}
