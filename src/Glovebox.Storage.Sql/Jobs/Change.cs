using Glovebox.Api.Jobs;
using Glovebox.Jobs.Stores;

namespace Glovebox.Storage.Sql.Jobs;

/// <summary>One transaction, with what it tells.</summary>
public sealed class Change(SqlSession sql)
{
    private static readonly string[] Columns = ["id", "kind", "at", "task", "job_id", "execution_id", "status"];

    private readonly List<object?[]> _events = [];

    public SqlSession Sql { get; } = sql;

    /// <summary>What is said after the commit.</summary>
    public JobSignals Signals { get; private set; }

    internal void Signal(JobSignals signals) => Signals |= signals;

    internal void Tell(string kind, DateTimeOffset at, string? task, string? job = null, string? execution = null, string? status = null)
    {
        _events.Add([(long)_events.Count, kind, at, task, job, execution, status]);
        Signal(JobSignals.Events);
    }

    internal void Tell(string kind, DateTimeOffset at, JobRow job) => Tell(kind, at, job.Task, job.Id, status: Wire.Of(job.Status));

    internal void Tell(string kind, DateTimeOffset at, JobExecution execution) =>
        Tell(kind, at, execution.Task, execution.JobId, execution.Id, Wire.Of(execution.Status));

    /// <summary>Writes the events: the last thing before the commit.</summary>
    public Task CompleteAsync() => SqlInsert.RunAsync(Sql, "events", Columns, _events, Sql.Dialect.EventId);
}
