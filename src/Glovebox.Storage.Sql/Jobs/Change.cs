using Glovebox.Api.Jobs;
using Glovebox.Jobs.Stores;

namespace Glovebox.Storage.Sql.Jobs;

/// <summary>One transaction, with what it tells.</summary>
public sealed class Change(SqlSession sql)
{
    private static readonly string[] Columns = ["id", "kind", "at", "task", "job_id", "execution_id", "status"];

    private readonly List<object?[]> _events = [];
    private readonly SortedDictionary<string, long> _jobs = new(StringComparer.Ordinal);

    public SqlSession Sql { get; } = sql;

    /// <summary>What is said after the commit.</summary>
    public JobSignals Signals { get; private set; }

    /// <summary>What another transaction held just now, so that another try is worth it: said to this process a moment after the commit.</summary>
    public JobSignals Missed { get; private set; }

    internal void Miss(JobSignals signals) => Missed |= signals;

    internal void Signal(JobSignals signals) => Signals |= signals;

    /// <summary>A task has so many jobs more.</summary>
    internal void Count(string task, long jobs) => _jobs[task] = _jobs.GetValueOrDefault(task) + jobs;

    internal void Tell(string kind, DateTimeOffset at, string? task, string? job = null, string? execution = null, string? status = null)
    {
        _events.Add([(long)_events.Count, kind, at, task, job, execution, status]);
        Signal(JobSignals.Events);
    }

    internal void Tell(string kind, DateTimeOffset at, JobRow job) => Tell(kind, at, job.Task, job.Id, status: Wire.Of(job.Status));

    internal void Tell(string kind, DateTimeOffset at, JobExecution execution) =>
        Tell(kind, at, execution.Task, execution.JobId, execution.Id, Wire.Of(execution.Status));

    /// <summary>Writes counts and events: the last thing before the commit.</summary>
    public async Task CompleteAsync()
    {
        foreach (var (task, jobs) in _jobs)
            await Sql.WriteAsync(
                $"""
                 insert into job_counts (task, shard, jobs) values (@task, {Sql.Dialect.Shard}, @jobs)
                 on conflict (task, shard) do update set jobs = job_counts.jobs + excluded.jobs
                 """,
                ("task", task), ("jobs", jobs));
        await SqlInsert.RunAsync(Sql, "events", Columns, _events, Sql.Dialect.EventId);
        await Sql.FlushAsync();
    }
}
