using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Stores;

namespace Glovebox.Storage.Sql.Jobs;

/// <summary>What a node does with an execution that it holds. Each first makes sure that it still does.</summary>
internal static class Course
{
    private const string Mine = "id = @id and token = @token and status in ('starting', 'running')";
    private const string NotStarted = "id = @id and token = @token and status = 'starting'";

    public static async Task<bool> SetPhaseAsync(Change change, ExecutionKey key, string? phase) => await change.Sql.RunAsync(
        $"update executions set phase = @phase where {NotStarted}", ("phase", phase), ("id", key.Id), ("token", key.Token)) > 0;

    public static async Task<bool> PlaceAsync(Change change, ExecutionKey key, string resource, int? most)
    {
        var sql = change.Sql;
        if (most is not null && sql.Dialect.Lock is { } wait) await sql.RunAsync(wait, ("word", "resource " + resource));
        if (await sql.NumberAsync($"select count(*) from executions where {Mine}", ("id", key.Id), ("token", key.Token)) == 0)
            throw new FencedException(key.Id);
        if (await sql.NumberAsync("select count(*) from drained where resource = @resource", ("resource", resource)) > 0) return false;
        if (most is { } limit && limit <= await sql.NumberAsync(
            $"select count(*) from executions where resource = @resource and id <> @id and {ExecutionTable.IsActive}",
            ("resource", resource), ("id", key.Id))) return false;
        var placed = await sql.RunAsync(
            $"update executions set resource = @resource where {Mine}", ("resource", resource), ("id", key.Id), ("token", key.Token));
        return placed > 0 ? true : throw new FencedException(key.Id);
    }

    public static async Task<bool> StartAsync(Change change, ExecutionKey key, ExecutionStart start)
    {
        var execution = await ReadAsync(change.Sql, key, Mine);
        if (execution is null) return false;
        await ExecutionTable.WriteAsync(change.Sql, execution with
        {
            Status = ExecutionState.Running,
            Phase = null,
            StartedAt = start.At,
            Instance = start.Instance,
            Image = start.Image,
            Backend = start.Handle.Backend,
        });
        await change.Sql.RunAsync(
            "update executions set resource = @resource, machine = @machine, handle = @handle where id = @id",
            ("resource", start.Resource), ("machine", start.Machine),
            ("handle", HandleDocument.Write(start.Handle)), ("id", key.Id));
        change.Tell("execution.started", start.At, execution with { Status = ExecutionState.Running });
        return true;
    }

    public static async Task<bool> ReleaseAsync(Change change, ExecutionKey key, DateTimeOffset availableAt)
    {
        if (await JobAsync(change.Sql, key, NotStarted) is not { } job) return false;
        var execution = (await ExecutionTable.FindAsync(change.Sql, key.Id))!;
        await QueueAgainAsync(change, job, execution, availableAt);
        return true;
    }

    /// <summary>Puts an execution that has not started back, or ends it when its end was asked for.</summary>
    public static async Task QueueAgainAsync(Change change, JobRow job, JobExecution execution, DateTimeOffset availableAt)
    {
        var now = availableAt;
        job.Active--;
        await change.Sql.RunAsync(
            """
            update executions
            set status = 'queued', token = token + 1, node = null, resource = null, phase = null, available_at = @at, ready = 0
            where id = @id
            """,
            ("at", availableAt), ("id", execution.Id));
        if (execution.CancelRequestedAt is not null || job.Stopped)
        {
            var ended = await Endings.EndWaitingAsync(change, job, ExecutionState.Cancelled, now, execution.Id);
            await ExecutionTable.SettleAsync(change, job, now);
            await Endings.NoticeAsync(change, job, ended, now);
            return;
        }

        change.Tell("execution.queued", now, execution with { Status = ExecutionState.Queued });
        change.Signal(JobSignals.Work | JobSignals.Times);
        await ExecutionTable.SettleAsync(change, job, now);
    }

    public static async Task<bool> FinishAsync(Change change, ExecutionFinish finish)
    {
        if (await JobAsync(change.Sql, finish.Key, Mine) is not { } job) return false;
        var execution = (await ExecutionTable.FindAsync(change.Sql, finish.Key.Id))!;
        var retry = job.Stopped || execution.CancelRequestedAt is not null || execution.Retried ? null : finish.Retry;
        var ended = execution with
        {
            Status = finish.State,
            FailureClass = finish.Failure,
            ExitCode = finish.ExitCode,
            Error = finish.Error,
            StartedAt = finish.StartedAt,
            FinishedAt = finish.FinishedAt,
            DurationSeconds = finish.DurationSeconds,
            Usage = finish.Usage,
            StdoutBytes = finish.StdoutBytes,
            StderrBytes = finish.StderrBytes,
            LogCut = finish.LogCut,
            Outputs = finish.Outputs,
            Phase = null,
            Retried = retry is not null || execution.Retried,
        };
        job.Active--;
        await Endings.EndAsync(change, job, ended, finish.FinishedAt);
        // The token grows, so that whoever still holds the old one can do nothing.
        await change.Sql.RunAsync("update executions set token = token + 1, handle = null where id = @id", ("id", ended.Id));
        if (retry is not null) await ExecutionTable.AddAsync(change, job, [retry.Execution], finish.FinishedAt);
        await ExecutionTable.SettleAsync(change, job, finish.FinishedAt);
        if (retry is null) await Endings.NoticeAsync(change, job, [ended], finish.FinishedAt);
        return true;
    }

    /// <summary>The job of an execution that is still the caller's, in hand. A job is always locked before its executions.</summary>
    private static async Task<JobRow?> JobAsync(SqlSession sql, ExecutionKey key, string held)
    {
        if (await Cancellation.JobOfAsync(sql, key.Id) is not { } id || await JobTable.LockAsync(sql, id) is not { } job) return null;
        return await ReadAsync(sql, key, held) is null ? null : job;
    }

    private static Task<JobExecution?> ReadAsync(SqlSession sql, ExecutionKey key, string held) => sql.FirstAsync(
        $"select {ExecutionTable.All} from executions e where {held}{sql.Dialect.ForUpdate}", ExecutionTable.Read, ("id", key.Id), ("token", key.Token));
}
